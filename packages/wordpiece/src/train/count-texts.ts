// Counts the words of strings: an array, or anything that gives one string after another.
import { TokenizerOptionError } from '../errors.ts';
import { untilAborted } from './abortable.ts';
import { nextTurn, type TrainingControl } from './merge-words.ts';
import { WordScanner } from './word-scanner.ts';

/** Texts to learn from: lines, paragraphs or documents. A word never goes on from one into the next. */
export type TextSource = Iterable<string> | AsyncIterable<string>;

const BUFFER_BYTES = 1 << 18;
const SLICE_UNITS = 1 << 14;
const BYTES_PER_UNIT = 3;
/** How long, in milliseconds, counting runs before others get their turn. */
const SLICE = 50;

/**
 * Counts all words of a source. Half a surrogate pair is read as U+FFFD.
 * @param classes what prepareScan gave
 * @throws TokenizerOptionError when the source is not made of strings
 */
export async function countTexts(
  source: TextSource,
  classes: Uint8Array,
  control: TrainingControl,
): Promise<WordScanner> {
  requireSource(source);
  const counter = new TextCounter(classes, control);
  if (Symbol.asyncIterator in source) {
    for await (const text of untilAborted(source, control.signal)) {
      if (counter.add(text)) await counter.pause();
    }
  } else {
    for (const text of source) if (counter.add(text)) await counter.pause();
  }
  return counter.finish();
}

/** A string is iterable too: one that was meant as a text or a path would be read letter by letter. */
function requireSource(source: unknown): void {
  if (typeof source === 'object' && source !== null) {
    if (Symbol.asyncIterator in source || Symbol.iterator in source) return;
  }
  throw new TokenizerOptionError(
    'source',
    `expected an array or an (async) iterable of strings, got ${source === null ? 'null' : typeof source}.` +
      (typeof source === 'string' ? ' Put a single text into an array.' : ''),
  );
}

/** Gathers texts as UTF-8 and has them scanned in batches. */
class TextCounter {
  readonly #scanner: WordScanner;
  readonly #control: TrainingControl;
  readonly #encoder = new TextEncoder();
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #used = 0;
  #texts = 0;
  #bytes = 0;
  #sliceEnd = performance.now() + SLICE;

  constructor(classes: Uint8Array, control: TrainingControl) {
    this.#scanner = new WordScanner(classes);
    this.#control = control;
  }

  /** Adds one text; returns whether it is time for a {@link TextCounter.pause}. */
  add(text: unknown): boolean {
    if (typeof text !== 'string') {
      throw new TokenizerOptionError(
        'source',
        `expected strings only, but item ${this.#texts} is ${text === null ? 'null' : typeof text}.`,
      );
    }
    this.#texts++;
    for (let start = 0; start < text.length;) {
      let end = Math.min(start + SLICE_UNITS, text.length);
      // A pair must not be cut in two.
      if (end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800) end--;
      this.#encode(text.slice(start, end));
      start = end;
    }
    this.#encode('\n');
    return performance.now() > this.#sliceEnd;
  }

  /** Reports progress and lets the event loop go round. */
  async pause(): Promise<void> {
    const { onProgress, signal } = this.#control;
    onProgress?.({ stage: 'count', done: this.#bytes, total: undefined });
    await nextTurn();
    signal?.throwIfAborted();
    this.#sliceEnd = performance.now() + SLICE;
  }

  finish(): WordScanner {
    this.#scanner.scan(this.#buffer, this.#used, true);
    this.#control.onProgress?.({ stage: 'count', done: this.#bytes, total: this.#bytes });
    return this.#scanner;
  }

  #encode(slice: string): void {
    if (this.#buffer.length - this.#used < BYTES_PER_UNIT * slice.length) {
      const done = this.#scanner.scan(this.#buffer, this.#used, false);
      this.#buffer.copyWithin(0, done, this.#used);
      this.#used -= done;
    }
    const { written } = this.#encoder.encodeInto(slice, this.#buffer.subarray(this.#used));
    this.#used += written;
    this.#bytes += written;
  }
}
