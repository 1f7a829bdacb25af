// UTF-8 to UTF-16 units in typed arrays, with a count of what was not UTF-8: a corpus is decoded without
// making a string of it. Ill-formed sequences become U+FFFD as the WHATWG Encoding Standard says.
import { codePointOf, decodeUtf8, isInvalid, lengthOf } from './train/utf8.ts';

/** Holds the last decoded text; reused, so that a corpus needs one. */
export class UnitDecoder {
  units: Uint16Array = new Uint16Array(4096);
  /** Ill-formed sequences met so far. */
  invalidSequences = 0;

  /** Decodes `bytes[from, to)` into `units` and returns how many there are. */
  decode(bytes: Uint8Array, from: number, to: number): number {
    // No byte becomes more than one unit.
    if (to - from > this.units.length) this.units = new Uint16Array((to - from) * 2);
    const { units } = this;
    let length = 0;
    let at = from;
    while (at < to) {
      const lead = bytes[at] ?? 0;
      if (lead < 0x80) {
        units[length++] = lead;
        at++;
        continue;
      }
      const second = bytes[at + 1] ?? 0;
      const third = bytes[at + 2] ?? 0;
      // Three well-formed bytes, as for Hangul; leads E0 and ED restrict the second byte further.
      if (
        (lead & 0xf0) === 0xe0 &&
        lead !== 0xe0 &&
        lead !== 0xed &&
        at + 2 < to &&
        (second & 0xc0) === 0x80 &&
        (third & 0xc0) === 0x80
      ) {
        units[length++] = ((lead & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f);
        at += 3;
        continue;
      }
      const decoded = decodeUtf8(bytes, at, to);
      at += lengthOf(decoded);
      const codePoint = codePointOf(decoded);
      if (isInvalid(decoded)) this.invalidSequences++;
      if (codePoint > 0xffff) {
        units[length++] = 0xd7c0 + (codePoint >> 10);
        units[length++] = 0xdc00 + (codePoint & 0x3ff);
      } else {
        units[length++] = codePoint;
      }
    }
    return length;
  }
}
