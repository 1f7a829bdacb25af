// Typed arrays that grow: the one rule for how much room is added.

type GrowableArray = Uint8Array | Int32Array | Uint32Array | Float64Array;

/** A copy of `array` with room for at least `length` elements: half as much again, or what is asked. */
export function grown<T extends GrowableArray>(array: T, length: number): T {
  const room = Math.max(length, Math.ceil(array.length * 1.5));
  const copy = new (array.constructor as new (length: number) => T)(room);
  copy.set(array);
  return copy;
}
