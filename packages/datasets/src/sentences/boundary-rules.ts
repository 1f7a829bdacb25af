// Whether a possible ending really ends a sentence, by what stands before and after it. One function for
// each kind of neighbour: Hangul, Latin words, numbers, quotations.
import {
  DOT,
  isDigit,
  isHangul,
  isLatin,
  isLowerLatin,
  isSpace,
  isStandaloneJamo,
  isUpperLatin,
  isWideTerminator,
  skipSpaces,
} from './characters.ts';
import { isFace } from './emoticons.ts';
import { isOpener } from './enclosures.ts';
import type { Ending } from './ending.ts';
import { abbreviationKind, namesSpeaker, startsWithSentenceStarter } from './english-words.ts';
import { hasFinalEnding, startsWithQuotingParticle } from './korean-endings.ts';

/** The sentence at hand and which rules are in force. */
export interface SentenceContext {
  readonly text: string;
  /** Where the sentence begins. */
  readonly sentenceStart: number;
  /** After the last character before the ending that is not white space. */
  readonly wordEnd: number;
  readonly korean: boolean;
  readonly english: boolean;
}

/** A quotation that the ending stands in. */
export interface QuotationContext {
  /** The sentence consists of the quotation, so far. */
  readonly startsSentence: boolean;
}

/** Whether a sentence ends with this ending. */
export function endsSentence(
  context: SentenceContext,
  ending: Ending,
  quotation: QuotationContext | undefined,
): boolean {
  const { text } = context;
  if (ending.end >= text.length) return true;
  const inQuotation = quotation ?? (ending.closesQuotation ? { startsSentence: true } : undefined);
  if (!isSpace(text.charCodeAt(ending.end))) {
    return inQuotation === undefined && endsWithoutSpace(context, ending);
  }
  const next = skipSpaces(text, ending.end);
  if (next >= text.length) return true;
  if (inQuotation !== undefined) return quotationEnds(context, inQuotation, next);
  if (ending.isStrong) return !continuesInLowerCase(context, next);
  if (ending.isEllipsis) return ellipsisEnds(context, next);
  if (ending.isPeriod) return periodEnds(context, next);
  return emoticonEnds(context, ending, next);
}

/** …했다.그리고, 뭐야?그래서: Korean text often lacks the space; 문.이과, example.com, 3.14 are no endings. */
function endsWithoutSpace({ text, wordEnd, korean }: SentenceContext, ending: Ending): boolean {
  if (isWideTerminator(text.charCodeAt(ending.end - 1))) return true;
  if (!korean || !isHangul(text.charCodeAt(wordEnd - 1))) return false;
  const next = text.charCodeAt(ending.end);
  if (ending.isStrong) {
    const isWord = isHangul(next) && !isStandaloneJamo(next);
    return isWord && !startsWithQuotingParticle(text, ending.end);
  }
  if (!ending.isPeriod && !ending.isEllipsis) return false;
  const mayBegin = isHangul(next) || isLatin(next) || isDigit(next) || isOpener(next);
  return mayBegin && hasFinalEnding(text, wordEnd) && !startsWithQuotingParticle(text, ending.end);
}

/** "…간다." 하고 말했다; 그는 "불이야!" 소리에 놀랐다; "Stop!" she said. */
function quotationEnds(
  { text, korean, english }: SentenceContext,
  { startsSentence }: QuotationContext,
  next: number,
): boolean {
  const unit = text.charCodeAt(next);
  if (korean && isHangul(unit)) return startsSentence && !startsWithQuotingParticle(text, next);
  if (english && isLowerLatin(unit)) return false;
  return !(english && startsSentence && namesSpeaker(text, next));
}

function ellipsisEnds(context: SentenceContext, next: number): boolean {
  const { text, wordEnd, korean, english } = context;
  const before = text.charCodeAt(wordEnd - 1);
  if (isHangul(before)) return korean && hasFinalEnding(text, wordEnd);
  if (isHangul(text.charCodeAt(next))) return false;
  return !english || !continuesInLowerCase(context, next);
}

function periodEnds(context: SentenceContext, next: number): boolean {
  const before = context.text.charCodeAt(context.wordEnd - 1);
  if (isDigit(before)) return periodAfterNumberEnds(context, next);
  if (isLatin(before)) return periodAfterLatinEnds(context, next);
  if (isHangul(before)) return true;
  return !continuesInLowerCase(context, next);
}

/** 2019. 5. 1. is a date, "1. 사과" heads a list; "in 1990. He" ends a sentence. */
function periodAfterNumberEnds(context: SentenceContext, next: number): boolean {
  const { text, wordEnd } = context;
  const unit = text.charCodeAt(next);
  if (isDigit(unit)) return !isShortNumberWithPeriod(text, next);
  if (!isHangul(unit)) return !continuesInLowerCase(context, next);
  const start = wordStart(text, wordEnd, isNumberUnit);
  const number = text.slice(start, wordEnd);
  const dots = number.split('.').length - 1;
  if (dots > 0) return dots === 1;
  return number.length > 2;
}

/** `5.` or `31.`, what follows the year or the month of a date. */
function isShortNumberWithPeriod(text: string, at: number): boolean {
  let end = at;
  while (end - at < 3 && isDigit(text.charCodeAt(end))) end++;
  return end - at <= 2 && text.charCodeAt(end) === DOT;
}

/** Mr. Kim, U.S. Army, etc. and so on; a plain word before a period ends the sentence. */
function periodAfterLatinEnds(context: SentenceContext, next: number): boolean {
  const { text, wordEnd } = context;
  const word = text.slice(wordStart(text, wordEnd, isAbbreviationUnit), wordEnd);
  const unit = text.charCodeAt(next);
  const kind = abbreviationKind(word);
  switch (kind) {
    case 'none':
      return !continuesInLowerCase(context, next);
    case 'title':
      return false;
    case 'numbered':
      return !isDigit(unit) && !continuesInLowerCase(context, next);
    case 'etc':
    case 'time':
      return isUpperLatin(unit) || isOpener(unit);
    case 'may-end':
      return isOpener(unit) || startsWithSentenceStarter(text, next);
    case 'acronym':
      return (word === 'I' && isUpperLatin(unit)) || startsWithSentenceStarter(text, next);
  }
}

/** 좋아요 ㅎㅎ 다음에: an emoticon ends a sentence after a final ending, or before an English capital. */
function emoticonEnds(context: SentenceContext, ending: Ending, next: number): boolean {
  const { text, wordEnd, korean, english } = context;
  const before = text.charCodeAt(wordEnd - 1);
  if (korean && isHangul(before) && !isStandaloneJamo(before)) {
    return hasFinalEnding(text, wordEnd) && !startsWithQuotingParticle(text, next);
  }
  return (
    english && isLatin(before) && isUpperLatin(text.charCodeAt(next)) && isFace(text, ending.start)
  );
}

/**
 * A lower-case word follows, in a sentence that began with a capital: "approx. five", "Yahoo! is". Who
 * writes without capitals begins sentences in lower case too, and Korean says nothing by its case.
 */
function continuesInLowerCase(context: SentenceContext, next: number): boolean {
  const { text, wordEnd, sentenceStart, english } = context;
  if (!english || !isLowerLatin(text.charCodeAt(next))) return false;
  if (isHangul(text.charCodeAt(wordEnd - 1))) return false;
  return !isLowerLatin(text.charCodeAt(sentenceStart));
}

const MAX_WORD_LENGTH = 24;

function wordStart(text: string, end: number, belongs: (unit: number) => boolean): number {
  let start = end;
  while (start > 0 && end - start < MAX_WORD_LENGTH && belongs(text.charCodeAt(start - 1))) start--;
  return start;
}

const isNumberUnit = (unit: number): boolean => isDigit(unit) || unit === DOT || unit === 0x2c;

const isAbbreviationUnit = (unit: number): boolean =>
  isLatin(unit) ||
  isDigit(unit) ||
  unit === DOT ||
  unit === 0x26 ||
  unit === 0x27 ||
  unit === 0x2019;
