// UTF-16 surrogates: JavaScript strings may hold halves of pairs, which no encoding can represent.

export const isHighSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xd800;
export const isLowSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xdc00;

/** The code point of a pair. */
export const joinSurrogates = (high: number, low: number): number =>
  (high - 0xd800) * 0x400 + (low - 0xdc00) + 0x10000;

/** Whether every surrogate stands in a pair. */
export function isWellFormed(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (isLowSurrogate(unit)) return false;
    if (isHighSurrogate(unit)) {
      i++;
      if (!isLowSurrogate(text.charCodeAt(i))) return false;
    }
  }
  return true;
}

/** For each UTF-16 offset of `text`, `[length + 1]`, how many code points come before it. */
export function codePointOffsets(text: string): Int32Array {
  const offsets = new Int32Array(text.length + 1);
  let codePoints = 0;
  for (let i = 0; i < text.length; i++) {
    offsets[i] = codePoints;
    const insidePair =
      isHighSurrogate(text.charCodeAt(i)) && isLowSurrogate(text.charCodeAt(i + 1));
    if (!insidePair) codePoints++;
  }
  offsets[text.length] = codePoints;
  return offsets;
}

/** The UTF-16 units of `text`. */
export function unitsOf(text: string): Uint16Array {
  const units = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i);
  return units;
}

/** The text of `units[from, to)`. */
export function textOf(units: Uint16Array, from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i += 4096) {
    text += String.fromCharCode(...units.subarray(i, Math.min(i + 4096, to)));
  }
  return text;
}
