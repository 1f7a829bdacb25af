// Added tokens: found in the text before anything else happens to it, and never split. The matching is
// that of Hugging Face tokenizers' AddedVocabulary: leftmost, then longest, without overlap.
import { PieceTrie } from './piece-trie.ts';
import { isWhiteSpace } from './pre-tokenize.ts';
import { isLowSurrogate, unitsOf } from './surrogates.ts';

/** A token that is looked for in the text itself. */
export interface AddedToken {
  readonly content: string;
  readonly id: number;
  /** Left out when decoding with skipSpecialTokens. */
  readonly special: boolean;
  /** Looked for in the normalized text, in its own normalized form, instead of in the text as given. */
  readonly normalized: boolean;
  /** Found only where no letter, digit, mark or underscore stands next to it. */
  readonly singleWord: boolean;
  /** Takes in the white space on its left. */
  readonly lstrip: boolean;
  /** Takes in the white space on its right. */
  readonly rstrip: boolean;
}

/** A part of a text: an added token, or (`token` undefined) the text between two. */
export interface AddedTokenSplit {
  readonly token: AddedToken | undefined;
  /** `[start, end)` in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

/** What can stand inside a word: letters, marks, digits, connectors. */
const WORD_CHARACTER = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/u;

export class AddedTokenMatcher {
  readonly #tokens: readonly AddedToken[];
  readonly #trie = new PieceTrie();
  /** The first units of all patterns: text without any of them is not searched. */
  readonly #firstUnits: readonly string[];
  /** `[0x10000]`: 1 for the same units. */
  readonly #isFirstUnit = new Uint8Array(0x10000);

  /** @param patternOf what to look for; an empty pattern is never found */
  constructor(tokens: readonly AddedToken[], patternOf: (token: AddedToken) => string) {
    this.#tokens = tokens;
    const firstUnits = new Set<string>();
    for (const [index, token] of tokens.entries()) {
      const pattern = patternOf(token);
      if (pattern === '') continue;
      this.#trie.add(pattern, index);
      firstUnits.add(pattern.charAt(0));
      this.#isFirstUnit[pattern.charCodeAt(0)] = 1;
    }
    this.#firstUnits = [...firstUnits];
  }

  get isEmpty(): boolean {
    return this.#firstUnits.length === 0;
  }

  /** Whether `text` may hold a token: false is certain. */
  mayMatch(text: string): boolean {
    return this.#firstUnits.some((unit) => text.includes(unit));
  }

  /** The same for `units[from, to)` of UTF-16. */
  mayMatchUnits(units: Uint16Array, from: number, to: number): boolean {
    if (this.isEmpty) return false;
    for (let i = from; i < to; i++) if (this.#isFirstUnit[units[i] ?? 0] === 1) return true;
    return false;
  }

  /** Cuts `text` at its added tokens. Parts are in order, cover the text and are not empty. */
  split(text: string): AddedTokenSplit[] {
    if (text === '') return [];
    if (!this.mayMatch(text)) return [{ token: undefined, start: 0, end: text.length }];
    const units = unitsOf(text);
    const splits: AddedTokenSplit[] = [];
    let done = 0;
    for (let position = 0; position < units.length;) {
      const end = this.#trie.longestMatch(units, position, units.length);
      const token = end === -1 ? undefined : this.#tokens[this.#trie.longestId];
      if (token === undefined) {
        position++;
        continue;
      }
      const found = extend(text, token, { start: position, end }, done);
      position = end;
      if (found === undefined) continue;
      if (found.start > done) splits.push({ token: undefined, start: done, end: found.start });
      splits.push(found);
      done = found.end;
      position = Math.max(position, done);
    }
    if (done < text.length) splits.push({ token: undefined, start: done, end: text.length });
    return splits;
  }
}

/** Applies singleWord, lstrip and rstrip to a match; text before `done` is already taken. */
function extend(
  text: string,
  token: AddedToken,
  { start, end }: { readonly start: number; readonly end: number },
  done: number,
): AddedTokenSplit | undefined {
  if (token.singleWord && (isWordBefore(text, start) || isWordAfter(text, end))) return undefined;
  return {
    token,
    start: token.lstrip ? whiteSpaceBefore(text, start, done) : start,
    end: token.rstrip ? whiteSpaceAfter(text, end) : end,
  };
}

function isWordAfter(text: string, end: number): boolean {
  const next = text.codePointAt(end);
  return next !== undefined && WORD_CHARACTER.test(String.fromCodePoint(next));
}

function isWordBefore(text: string, start: number): boolean {
  if (start === 0) return false;
  const isPair = start > 1 && isLowSurrogate(text.charCodeAt(start - 1));
  return WORD_CHARACTER.test(text.slice(isPair ? start - 2 : start - 1, start));
}

// All white space is in the Basic Multilingual Plane: units can be looked at one by one.

function whiteSpaceBefore(text: string, start: number, least: number): number {
  let from = start;
  while (from > least && isWhiteSpace(text.charCodeAt(from - 1))) from--;
  return from;
}

function whiteSpaceAfter(text: string, end: number): number {
  let to = end;
  while (to < text.length && isWhiteSpace(text.charCodeAt(to))) to++;
  return to;
}
