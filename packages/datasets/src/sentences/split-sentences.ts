// Splits running text into sentences, Korean and English, by rules: one pass over the characters, no
// backtracking, time linear in the text. The rules were written for this project; each stands in
// boundary-rules.ts and korean-endings.ts, and its cases in the package's test/fixtures/sentences.
import {
  isLineBreak,
  isPlainWordUnit,
  isSpace,
  isTerminator,
  isWordUnit,
  skipSpaces,
} from './characters.ts';
import { addressEnd } from './addresses.ts';
import { endsSentence, type QuotationContext } from './boundary-rules.ts';
import { emoticonEnd } from './emoticons.ts';
import { type Enclosure, findEnclosures, isBlankLine, isCloser } from './enclosures.ts';
import { readEnding } from './ending.ts';
import { hasFinalEnding } from './korean-endings.ts';
import { isSuccessor, type ListMarker, listMarker } from './list-markers.ts';

/** Where a sentence stands: UTF-16 offsets, `end` exclusive. */
export interface SentenceSpan {
  readonly start: number;
  readonly end: number;
}

/** A sentence and where it stands: `text` is the slice from `start` to `end`. */
export interface Sentence extends SentenceSpan {
  readonly text: string;
}

/** Finds the sentences of a text, in order, without overlap. */
export type SentenceSplitter = (text: string) => readonly SentenceSpan[];

export interface SplitSentencesOptions {
  /**
   * `'ko'` leaves out the rules that go by English capitals, `'en'` those that go by Korean endings.
   * Default: both, which suits mixed text and either language alone.
   */
  readonly language?: 'ko' | 'en';
  /** Whether a line break ends a sentence (default), or is a space, as in hard-wrapped text. A blank line always does. */
  readonly lineBreaks?: 'boundary' | 'space';
}

/**
 * Splits a text into sentences. Between the sentences, before the first and after the last there is nothing
 * but white space, so that the slices and what lies between them restore the text.
 */
export function splitSentences(text: string, options: SplitSentencesOptions = {}): Sentence[] {
  return sentenceSpans(text, options).map(({ start, end }) => ({
    start,
    end,
    text: text.slice(start, end),
  }));
}

/** As {@link splitSentences}, without the texts. */
export function sentenceSpans(text: string, options: SplitSentencesOptions = {}): SentenceSpan[] {
  return new Scanner(text, options).scan();
}

/** Every line a sentence: the splitter for text that has been split already. */
export function splitLines(text: string): SentenceSpan[] {
  const spans: SentenceSpan[] = [];
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    if (at < text.length && !isLineBreak(text.charCodeAt(at))) continue;
    const trimmed = trimSpan(text, start, at);
    if (trimmed.start < trimmed.end) spans.push(trimmed);
    start = at + 1;
  }
  return spans;
}

function trimSpan(text: string, from: number, to: number): SentenceSpan {
  const start = Math.min(skipSpaces(text, from), to);
  let end = to;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return { start, end };
}

/** The end of the run of characters from `at` that are in every case just part of a word. */
function plainWordEnd(text: string, at: number): number {
  let end = at;
  while (isPlainWordUnit(text.charCodeAt(end))) end++;
  return end;
}

/** One pass over a text. */
class Scanner {
  private readonly text: string;
  private readonly korean: boolean;
  private readonly english: boolean;
  private readonly wrapped: boolean;
  private readonly enclosures: readonly Enclosure[];
  private nextEnclosure = 0;
  private readonly spans: SentenceSpan[] = [];
  private at = 0;
  private start = 0;
  /** After the last character of the sentence that is not white space. */
  private wordEnd = 0;
  /** The sentence holds a letter or a digit; without one it cannot end but at a line break. */
  private hasWord = false;
  /** The list marker that heads the sentence. */
  private marker: ListMarker | undefined;

  constructor(text: string, { language, lineBreaks = 'boundary' }: SplitSentencesOptions) {
    this.text = text;
    this.korean = language !== 'en';
    this.english = language !== 'ko';
    this.wrapped = lineBreaks === 'space';
    this.enclosures = findEnclosures(text, this.wrapped);
  }

  scan(): SentenceSpan[] {
    this.begin(0);
    while (this.at < this.text.length) this.step();
    this.finish(this.text.length);
    return this.spans;
  }

  /** Looks at one character, word or quotation. */
  private step(): void {
    const { text, at } = this;
    const unit = text.charCodeAt(at);
    if (isSpace(unit)) {
      if (isLineBreak(unit) && (!this.wrapped || isBlankLine(text, at))) this.finish(at);
      else this.at++;
    } else if (this.isWordStart() && this.skipWord()) {
      return;
    } else if (isPlainWordUnit(unit)) {
      this.hasWord = true;
      this.advance(plainWordEnd(text, at + 1));
    } else if (this.enclosureAt(at) !== undefined) this.skipEnclosure();
    else if (isTerminator(unit) || emoticonEnd(text, at) > at) this.tryEnding(at, undefined);
    else {
      if (isWordUnit(unit)) this.hasWord = true;
      this.advance(at + 1);
    }
  }

  private isWordStart(): boolean {
    return this.at === this.start || isSpace(this.text.charCodeAt(this.at - 1));
  }

  /** Passes over a web address or a list marker; before a marker a sentence may end. */
  private skipWord(): boolean {
    const { text, at } = this;
    const address = addressEnd(text, at);
    if (address > at) {
      this.hasWord = true;
      this.advance(address);
      return true;
    }
    const marker = listMarker(text, at);
    if (marker === undefined) return false;
    if (at > this.start && this.markerBeginsSentence(marker)) this.finish(at);
    if (at > this.start) return false;
    this.marker = marker;
    this.advance(marker.end);
    return true;
  }

  /** The next item of the list, or the first of one after a finished sentence that lacks its period. */
  private markerBeginsSentence(marker: ListMarker): boolean {
    if (isSuccessor(this.marker, marker)) return this.hasWord;
    const isLetter = marker.kind === 'letter' || marker.kind === 'roman';
    return this.korean && !isLetter && hasFinalEnding(this.text, this.wordEnd);
  }

  private enclosureAt(at: number): Enclosure | undefined {
    while ((this.enclosures[this.nextEnclosure]?.open ?? at) < at) this.nextEnclosure++;
    const enclosure = this.enclosures[this.nextEnclosure];
    return enclosure?.open === at ? enclosure : undefined;
  }

  /** Passes over a quotation or bracket; a sentence may end with it. */
  private skipEnclosure(): void {
    const enclosure = this.enclosureAt(this.at);
    if (enclosure === undefined) return;
    const { open, close, isQuotation } = enclosure;
    const startsSentence = open === this.start;
    this.hasWord = true;
    this.advance(close + 1);
    let last = close - 1;
    while (last > open && isCloser(this.text.charCodeAt(last))) last--;
    const isFinished = last > open && isTerminator(this.text.charCodeAt(last));
    if (isFinished && (isQuotation || startsSentence)) {
      this.tryEnding(close + 1, { startsSentence: startsSentence || !isQuotation });
    }
  }

  /** Ends the sentence with the terminators or emoticons at `at` if the rules say so. */
  private tryEnding(at: number, quotation: QuotationContext | undefined): void {
    const { text, korean, english, wordEnd } = this;
    const ending = readEnding(text, at, (mark) => this.enclosureAt(mark) !== undefined);
    // More terminators after a quotation make it an ordinary word of the sentence: "간다.".
    const followsQuotation = ending.isStrong || ending.isPeriod || ending.isEllipsis;
    const context = { text, sentenceStart: this.start, wordEnd, korean, english };
    const ends = endsSentence(context, ending, followsQuotation ? undefined : quotation);
    if (ends && this.hasWord) this.finish(ending.end);
    // An emoticon that a word follows at once (ㅋㅋ그래서) closes nothing.
    else this.advance(ending.end > at ? ending.end : Math.max(at, emoticonEnd(text, at)));
  }

  private advance(to: number): void {
    if (to > this.at || to > this.wordEnd) this.wordEnd = to;
    this.at = to;
  }

  /** Ends the sentence at `end` and begins the next one after the white space that follows. */
  private finish(end: number): void {
    const span = trimSpan(this.text, this.start, end);
    if (span.start < span.end) this.spans.push(span);
    this.begin(end);
  }

  private begin(at: number): void {
    this.at = skipSpaces(this.text, at);
    this.start = this.at;
    this.wordEnd = this.at;
    this.hasWord = false;
    this.marker = undefined;
  }
}
