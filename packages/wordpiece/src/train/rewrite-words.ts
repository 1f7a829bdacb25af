// Brings the words that the scanner marked into the form they are learned in: composed where that is
// asked for, normalized, and cut where composing or a changed character makes a boundary.
import { CharacterClass, type CharacterTable } from '../characters.ts';
import { composeWord } from './nfc.ts';
import type { ScanSetup } from './scan-setup.ts';
import { codePointOf, decodeUtf8, isInvalid, lengthOf } from './utf8.ts';
import { WordMapper } from './word-mapper.ts';
import { FINAL } from './word-scanner.ts';
import { hashOf, type WordTable } from './word-table.ts';

/** What was found in the marked words; weighted by their counts. */
export interface RewriteTotals {
  /** Ill-formed UTF-8 sequences, each read as one U+FFFD. */
  invalidSequences: number;
  /** Words that are not in NFC. */
  notNfcWords: number;
}

/**
 * Replaces every marked word of the table by the words it becomes, with its count.
 * @param setup what the table was scanned with
 */
export function rewriteWords(
  table: WordTable,
  setup: ScanSetup,
  normalization: 'NFC' | undefined,
): RewriteTotals {
  const totals: RewriteTotals = { invalidSequences: 0, notNfcWords: 0 };
  // All of them leave the table before the first comes back: a rewritten word may look like another
  // one that is still to be rewritten.
  const marked: number[] = [];
  const counts: number[] = [];
  for (let word = 0; word < table.size; word++) {
    if (table.markOf(word) === FINAL) continue;
    marked.push(word);
    counts.push(table.clearCount(word));
  }
  const encoder = new TextEncoder();
  const mapper = new WordMapper(setup);
  for (const [i, word] of marked.entries()) {
    const count = counts[i] ?? 0;
    const mapped = mapper.map(table.bytesOf(word));
    if (mapped >= 0) {
      const hash = hashOf(mapper.output, 0, mapped);
      if (mapped > 0) table.add(mapper.output, 0, mapped, hash, count, FINAL);
      continue;
    }
    let text = readWord(table.bytesOf(word), count, totals);
    const composed = composeWord(text);
    if (composed !== text) totals.notNfcWords += count;
    if (normalization === 'NFC') text = composed;
    for (const piece of normalizedWords(text, setup.characters)) {
      const bytes = encoder.encode(piece);
      table.add(bytes, 0, bytes.length, hashOf(bytes, 0, bytes.length), count, FINAL);
    }
  }
  return totals;
}

function readWord(bytes: Uint8Array, count: number, totals: RewriteTotals): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const decoded = decodeUtf8(bytes, at, bytes.length);
    if (isInvalid(decoded)) totals.invalidSequences += count;
    text += String.fromCodePoint(codePointOf(decoded));
    at += lengthOf(decoded);
  }
  return text;
}

const { SPACE, ISOLATED, MAPPED_ISOLATED } = CharacterClass;

/** The normalized words of a text, as BERT's basic tokenizer gives them. */
function normalizedWords(text: string, characters: CharacterTable): string[] {
  const words: string[] = [];
  const push = (start: number, end: number): void => {
    const word = start < end ? characters.normalizeWord(text.slice(start, end)) : '';
    if (word !== '') words.push(word);
  };
  let start = 0;
  for (let at = 0; at < text.length;) {
    const codePoint = text.codePointAt(at) ?? 0;
    const end = at + (codePoint > 0xffff ? 2 : 1);
    const kind = characters.classOf(codePoint);
    if (kind === SPACE || kind === ISOLATED || kind === MAPPED_ISOLATED) {
      push(start, at);
      if (kind !== SPACE) push(at, end);
      start = end;
    }
    at = end;
  }
  push(start, text.length);
  return words;
}
