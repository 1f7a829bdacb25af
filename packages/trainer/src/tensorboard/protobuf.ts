// The little of protocol buffers' wire format that event files need ("Encoding", protobuf.dev).

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

/** A field that is ready to be written. */
export type Field = Uint8Array;

/** A message of some fields, in their order. */
export function message(...fields: readonly Field[]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const field of fields) {
    bytes.set(field, at);
    at += field.length;
  }
  return bytes;
}

/** `int64`, `int32` or an enum; not negative. */
export function integerField(number: number, value: number): Field {
  return message(key(number, VARINT), varint(value));
}

/** `double` */
export function doubleField(number: number, value: number): Field {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return message(key(number, FIXED_64), bytes);
}

/** `float` */
export function floatField(number: number, value: number): Field {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return message(key(number, FIXED_32), bytes);
}

/** `string`, `bytes` or a message. */
export function bytesField(number: number, value: Uint8Array | string): Field {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  return message(key(number, LENGTH_DELIMITED), varint(bytes.length), bytes);
}

/** `repeated double`, packed. */
export function doublesField(number: number, values: readonly number[]): Field {
  const bytes = new Uint8Array(8 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    view.setFloat64(8 * i, value, true);
  });
  return bytesField(number, bytes);
}

function key(number: number, wireType: number): Uint8Array {
  return varint(number * 8 + wireType);
}

/** Seven bits a byte, lowest first. Arithmetic instead of shifts: values go past 32 bits. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
