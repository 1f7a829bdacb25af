// Reads an event file, written by itself from the formats' specifications: records with their checksums, then
// protocol buffers by field number.
import { readFileSync } from 'node:fs';

import { maskedCrc32c } from '../../src/tensorboard/crc32c.ts';

/** The fields of a message: by number, all values in their order. */
export type Fields = ReadonlyMap<number, readonly FieldValue[]>;
/** A varint, a fixed number as its bytes, or the bytes of a string or message. */
type FieldValue = number | Buffer;

/** The events of a file, each as its fields. @throws when a checksum does not hold. */
export function readEvents(path: string): Fields[] {
  const bytes = readFileSync(path);
  const events: Fields[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(bytes.readBigUInt64LE(at));
    const data = bytes.subarray(at + 12, at + 12 + length);
    const sums = [bytes.readUInt32LE(at + 8), bytes.readUInt32LE(at + 12 + length)];
    const expected = [maskedCrc32c(bytes.subarray(at, at + 8)), maskedCrc32c(data)];
    if (String(sums) !== String(expected)) throw new Error(`checksums at ${at}`);
    events.push(fields(data));
    at += length + 16;
  }
  return events;
}

/** Parses a message. */
export function fields(data: Buffer): Fields {
  const found = new Map<number, FieldValue[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = data[at++] ?? 0;
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  };
  const take = (length: number): Buffer => {
    at += length;
    return data.subarray(at - length, at);
  };
  const readers = new Map<number, () => FieldValue>([
    [0, varint],
    [1, () => take(8)],
    [2, () => take(varint())],
    [5, () => take(4)],
  ]);
  while (at < data.length) {
    const key = varint();
    const read = readers.get(key % 8);
    if (read === undefined) throw new Error(`wire type ${key % 8}`);
    const number = Math.floor(key / 8);
    found.set(number, [...(found.get(number) ?? []), read()]);
  }
  return found;
}

/** The first value of a field, as bytes. */
export function bytesOf(message: Fields, number: number): Buffer {
  const value = message.get(number)?.[0];
  return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
}

/** The value of a summary event: Event.summary.value. */
export function summaryOf(event: Fields): Fields {
  return fields(bytesOf(fields(bytesOf(event, 5)), 1));
}
