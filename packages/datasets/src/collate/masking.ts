// Which tokens of a sequence are predicted. A rule marks units: tokens, words, or spans of words; each unit is
// predicted whole or not at all.
import type { Random } from '../random.ts';
import type { MlmVocabulary } from './mlm-vocabulary.ts';

/** `token` as BERT, `whole-word` as BERT-WWM, `span` as SpanBERT. */
export type MaskingRule = 'token' | 'whole-word' | 'span';

/** Words of one sequence: runs of a first piece and the pieces that continue it, special tokens left out. */
export class WordTable {
  /** First column of each word. */
  starts = new Int32Array(64);
  /** One past the last column of each word. */
  ends = new Int32Array(64);
  length = 0;

  /**
   * Finds the words of a row. A word never crosses a special token; a continuing piece with nothing before it
   * (a segment cut in front) begins a word of its own. In Korean text these are eojeol, less their punctuation.
   *
   * @param ids token ids; columns `[from, to)` are looked at
   * @param whole false makes each token a word of its own
   */
  find(ids: Int32Array, from: number, to: number, vocabulary: MlmVocabulary, whole: boolean): void {
    const { isSpecial, isContinuation } = vocabulary;
    this.length = 0;
    if (this.starts.length < to - from) {
      this.starts = new Int32Array(2 * (to - from));
      this.ends = new Int32Array(2 * (to - from));
    }
    let open = false;
    for (let column = from; column < to; column++) {
      const id = ids[column] ?? 0;
      if (isSpecial[id] === 1) {
        open = false;
      } else if (whole && open && isContinuation[id] === 1) {
        this.ends[this.length - 1] = column + 1;
      } else {
        this.starts[this.length] = column;
        this.ends[this.length++] = column + 1;
        open = true;
      }
    }
  }

  /** How many tokens the words have. */
  tokens(): number {
    let total = 0;
    for (let word = 0; word < this.length; word++) total += this.size(word);
    return total;
  }

  /** How many tokens a word has. */
  size(word: number): number {
    return (this.ends[word] ?? 0) - (this.starts[word] ?? 0);
  }
}

/**
 * Draws every word with the given chance, as transformers' collator does for tokens.
 *
 * @param chosen receives 1 for the words drawn
 */
export function drawWords(
  words: WordTable,
  probability: number,
  random: Random,
  chosen: Uint8Array,
): void {
  for (let word = 0; word < words.length; word++) chosen[word] = random.chance(probability) ? 1 : 0;
}

/** Chance that a span ends after each word, and its greatest length in words (Joshi et al., 2019). */
const SPAN_END = 0.2;
const SPAN_WORDS = 10;

/**
 * Draws spans of words until the given share of the tokens is reached: lengths geometric with p = 0.2, cut at
 * ten words, starts uniform ("SpanBERT: Improving Pre-training by Representing and Predicting Spans", 3.1).
 * A word that would overshoot is taken with the chance that keeps the expected share exact.
 *
 * @param chosen receives 1 for the words drawn
 */
export function drawSpans(
  words: WordTable,
  probability: number,
  random: Random,
  chosen: Uint8Array,
): void {
  chosen.fill(0, 0, words.length);
  let budget = words.tokens() * probability;
  let free = words.length;
  while (budget > 0 && free > 0) {
    let word = random.below(words.length);
    if (chosen[word] === 1) continue;
    let length = 1;
    while (length < SPAN_WORDS && !random.chance(SPAN_END)) length++;
    for (; length > 0 && word < words.length && chosen[word] === 0; length--, word++) {
      const size = words.size(word);
      if (size > budget && !random.chance(budget / size)) return;
      chosen[word] = 1;
      free--;
      budget -= size;
      if (budget <= 0) return;
    }
  }
}

/**
 * Takes words out of a choice, in random order, until at most `most` tokens are left: what the choice would
 * have been with a limit, every word with the same chance of staying.
 */
export function limitChoice(
  words: WordTable,
  most: number,
  random: Random,
  chosen: Uint8Array,
): void {
  let total = 0;
  const drawn: number[] = [];
  for (let word = 0; word < words.length; word++) {
    if (chosen[word] !== 1) continue;
    drawn.push(word);
    total += words.size(word);
  }
  if (total <= most) return;
  let left = most;
  for (const word of random.shuffle(drawn)) {
    const size = words.size(word);
    if (size <= left) left -= size;
    else chosen[word] = 0;
  }
}
