// The alphabet becomes tokens and the words become symbols, ready for merging.
import type { Alphabet } from './alphabet.ts';
import { CountLimitError } from '../errors.ts';
import type { TrainedWordPieceOptions } from './options.ts';
import type { SymbolCorpus } from './symbol-corpus.ts';
import { TokenList } from './token-list.ts';
import { codePointAt, type UniqueWords } from './unique-words.ts';

const CODE_POINTS = 0x110000;
const NONE = -1;

/** Ids of each code point's token, -1 where it has none. */
interface SymbolIds {
  readonly beginning: Int32Array;
  readonly continuing: Int32Array;
}

/**
 * The tokens before any merge, in the order of their ids: special tokens, the alphabet by code point,
 * then, again by code point, the prefixed form of every kept character that occurs inside a word. (The
 * reference numbers the last group as it meets them, which depends on its hash map; this order depends
 * on nothing but the text.)
 */
export function initialTokens(
  alphabet: Alphabet,
  { specialTokens, continuingSubwordPrefix: prefix }: TrainedWordPieceOptions,
): { tokens: TokenList; ids: SymbolIds } {
  const tokens = new TokenList();
  for (const token of specialTokens) tokens.add(token);
  const beginning = new Int32Array(CODE_POINTS).fill(NONE);
  const continuing = new Int32Array(CODE_POINTS).fill(NONE);
  for (const codePoint of alphabet.kept) {
    beginning[codePoint] = tokens.add(String.fromCodePoint(codePoint));
  }
  for (const codePoint of alphabet.kept) {
    if (alphabet.continues[codePoint] === 0) continue;
    continuing[codePoint] = tokens.add(prefix + String.fromCodePoint(codePoint));
  }
  return { tokens, ids: { beginning, continuing } };
}

/**
 * Words as symbols. Characters outside the alphabet are left out, as the reference does, so that the
 * rest of the word still counts.
 * @throws CountLimitError when counts could grow past what a double holds exactly
 */
export function segmentWords(words: UniqueWords, ids: SymbolIds): SymbolCorpus {
  const { units, starts: wordStarts, counts } = words;
  const symbols = new Int32Array(units.length);
  const starts = new Uint32Array(counts.length + 1);
  let used = 0;
  let total = 0;
  for (let word = 0; word < counts.length; word++) {
    const from = wordStarts[word] ?? 0;
    const to = wordStarts[word + 1] ?? 0;
    const before = used;
    for (let at = from; at < to;) {
      const codePoint = codePointAt(units, at);
      const symbol = (at === from ? ids.beginning : ids.continuing)[codePoint] ?? NONE;
      if (symbol !== NONE) symbols[used++] = symbol;
      at += codePoint > 0xffff ? 2 : 1;
    }
    starts[word + 1] = used;
    total += (used - before) * (counts[word] ?? 0);
  }
  // No pair can occur more often than there are symbols.
  if (total > Number.MAX_SAFE_INTEGER) {
    throw new CountLimitError(
      `The corpus holds about ${total.toExponential(2)} characters; counts are exact up to 2^53.`,
    );
  }
  return { symbols, starts, counts };
}
