// Reads what closes a sentence: a run of terminators with the quotation marks, footnotes and emoticons that
// belong to it, as in `…했다!" ㅋㅋ` or `end.[12]`.
import {
  DOT,
  isDigit,
  isDotLike,
  isEllipsis,
  isLineBreak,
  isSpace,
  isStrongTerminator,
  isTerminator,
} from './characters.ts';
import { emoticonEnd } from './emoticons.ts';
import { isCloser, isQuotationMark } from './enclosures.ts';

/** What may close a sentence. */
export interface Ending {
  /** Where it begins: at its first terminator or emoticon. */
  readonly start: number;
  /** Where the sentence would end. */
  readonly end: number;
  /** Has `!`, `?` or an ideographic stop. */
  readonly isStrong: boolean;
  /** Is two or more dots, or has an ellipsis character. */
  readonly isEllipsis: boolean;
  /** Has exactly one dot and nothing stronger. */
  readonly isPeriod: boolean;
  /** A quotation mark follows the terminators. */
  readonly closesQuotation: boolean;
}

const OPEN_SQUARE = 0x5b;
const CLOSE_SQUARE = 0x5d;
const MAX_FOOTNOTE_DIGITS = 4;

/** Reads the ending that starts at `start`. `isEnclosureStart` tells which marks open a new quotation. */
export function readEnding(
  text: string,
  start: number,
  isEnclosureStart: (at: number) => boolean,
): Ending {
  let at = start;
  let dots = 0;
  let strong = false;
  let ellipsis = false;
  let closesQuotation = false;
  for (;;) {
    const unit = text.charCodeAt(at);
    if (isTerminator(unit)) {
      strong ||= isStrongTerminator(unit);
      ellipsis ||= isEllipsis(unit);
      if (isDotLike(unit)) dots++;
      at++;
    } else if (isCloser(unit) && at > start && !isEnclosureStart(at)) {
      closesQuotation ||= isQuotationMark(unit);
      at++;
    } else {
      const spacedDot = dots > 0 ? nextSpacedDot(text, at) : at;
      const next = spacedDot > at ? spacedDot : extraEnd(text, at, isEnclosureStart);
      if (next === at) break;
      at = next;
    }
  }
  return {
    start,
    end: at,
    isStrong: strong,
    isEllipsis: !strong && (ellipsis || dots > 1),
    isPeriod: !strong && !ellipsis && dots === 1,
    closesQuotation,
  };
}

/** Where the next dot of `. . .` stands; `at` when there is none. */
function nextSpacedDot(text: string, at: number): number {
  const next = skipSpacesOfLine(text, at);
  return text.charCodeAt(next) === DOT && endsWord(text, next + 1) ? next : at;
}

/** Where an emoticon or a footnote mark at `at` ends; `at` when there is none. */
function extraEnd(text: string, at: number, isEnclosureStart: (at: number) => boolean): number {
  const footnote = isEnclosureStart(at) ? footnoteEnd(text, at) : at;
  if (footnote > at) return footnote;
  const start = skipSpacesOfLine(text, at);
  const end = emoticonEnd(text, start);
  return end > start && endsWord(text, end) ? end : at;
}

function skipSpacesOfLine(text: string, at: number): number {
  let next = at;
  while (isSpace(text.charCodeAt(next)) && !isLineBreak(text.charCodeAt(next))) next++;
  return next;
}

/** Whether nothing that belongs to a word follows. */
function endsWord(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return at >= text.length || isSpace(unit) || isTerminator(unit) || isCloser(unit);
}

/** `[12]` */
function footnoteEnd(text: string, at: number): number {
  if (text.charCodeAt(at) !== OPEN_SQUARE) return at;
  let end = at + 1;
  while (end - at <= MAX_FOOTNOTE_DIGITS && isDigit(text.charCodeAt(end))) end++;
  return end > at + 1 && text.charCodeAt(end) === CLOSE_SQUARE ? end + 1 : at;
}
