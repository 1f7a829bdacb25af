// Compares long arrays: `toEqual` takes seconds on them and prints pages.

/** Says where two typed arrays first differ, bit by bit, or undefined when they are equal. */
export function firstDifference(
  actual: ArrayBufferView,
  expected: ArrayBufferView,
): string | undefined {
  const a = bytesOf(actual);
  const b = bytesOf(expected);
  if (actual.constructor !== expected.constructor) return 'they are of different classes';
  if (a.length !== b.length) return `they have ${a.length} and ${b.length} bytes`;
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return at < 0 ? undefined : `byte ${at} is ${String(a[at])}, not ${String(b[at])}`;
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
