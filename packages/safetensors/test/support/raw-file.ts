// Builds safetensors files by hand, valid or not, byte by byte.

/** A header length that lies, or undefined for the true one. */
export interface RawFileOptions {
  readonly headerLength?: bigint;
  readonly data?: Uint8Array | string;
}

/** The bytes of a file with this header (text as UTF-8, or bytes) and data. */
export function rawFile(header: string | Uint8Array, options: RawFileOptions = {}): Uint8Array {
  const encoder = new TextEncoder();
  const head = typeof header === 'string' ? encoder.encode(header) : header;
  const { data = '' } = options;
  const tail = typeof data === 'string' ? encoder.encode(data) : data;
  const file = new Uint8Array(8 + head.length + tail.length);
  new DataView(file.buffer).setBigUint64(0, options.headerLength ?? BigInt(head.length), true);
  file.set(head, 8);
  file.set(tail, 8 + head.length);
  return file;
}

/** Joins strings (as UTF-8) and raw bytes. */
export function joinBytes(...parts: readonly (string | readonly number[])[]): Uint8Array {
  const encoder = new TextEncoder();
  return Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'string' ? [...encoder.encode(part)] : [...part])),
  );
}
