// BERT's normalizer with the way back: normalized text, and for each of its UTF-16 units the piece of
// the original text that it came from. The rules are those of CharacterTable.
import { CharacterClass, REPLACEMENT, type CharacterTable } from './characters.ts';

const SPACE = 0x20;

/** Normalized text aligned with its original. */
export interface NormalizedText {
  readonly text: string;
  /** `[text.length]`: where, in UTF-16 units of the original, each unit's source begins. */
  readonly starts: Int32Array;
  /** `[text.length]`: where it ends. */
  readonly ends: Int32Array;
}

/**
 * Normalizes `original[from, to)` as Hugging Face's BertNormalizer does: ideographs come with a space on
 * either side, a syllable's jamo all point at the syllable, removed marks belong to nothing. Offsets
 * refer to the whole of `original`. Half a surrogate pair is read as U+FFFD.
 */
export function normalizeText(
  original: string,
  table: CharacterTable,
  from = 0,
  to: number = original.length,
): NormalizedText {
  const out = new AlignedCodePoints();
  const sorter = table.markSorter();
  for (let position = from; position < to;) {
    const codePoint = original.codePointAt(position) ?? 0;
    const end = Math.min(position + (codePoint > 0xffff ? 2 : 1), to);
    const parts = expand(table, codePoint);
    if (parts.length === 0) sorter.dropped(codePoint, out.codePoints.length, out.codePoints);
    for (const part of parts) {
      sorter.kept(part, out.codePoints.length, out.codePoints);
      out.push(part, position, end);
    }
    position = end;
  }
  sorter.finish(out.codePoints.length, out.codePoints);
  return out.finish();
}

/** A code point's part of the normalized text, spaces included. */
function expand(table: CharacterTable, codePoint: number): readonly number[] {
  const kind = table.classOf(codePoint);
  if (kind === CharacterClass.SPACE) return [table.cleanText ? SPACE : codePoint];
  const parts = table.expansion(codePoint);
  return table.isPadded(codePoint) ? [SPACE, ...parts, SPACE] : parts;
}

class AlignedCodePoints {
  readonly codePoints: number[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  push(codePoint: number, start: number, end: number): void {
    this.codePoints.push(codePoint);
    this.#starts.push(start);
    this.#ends.push(end);
  }

  /** From code points to UTF-16 units: both halves of a pair have the same source. */
  finish(): NormalizedText {
    const parts: string[] = [];
    const starts: number[] = [];
    const ends: number[] = [];
    for (const [i, codePoint] of this.codePoints.entries()) {
      const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
      parts.push(String.fromCodePoint(isSurrogate ? REPLACEMENT : codePoint));
      for (let unit = codePoint > 0xffff ? 2 : 1; unit > 0; unit--) {
        starts.push(this.#starts[i] ?? 0);
        ends.push(this.#ends[i] ?? 0);
      }
    }
    return { text: parts.join(''), starts: Int32Array.from(starts), ends: Int32Array.from(ends) };
  }
}
