// Finds quotations and brackets, inside which no sentence ends: (그는 갔다. 나는 남았다.), "간다."고 말했다.
// A pair lies on one line and is of bounded length; what is not closed there does not count.
import {
  CARRIAGE_RETURN,
  isDigit,
  isHangul,
  isLatin,
  isLineBreak,
  isPlainWordUnit,
  isSpace,
  LINE_FEED,
} from './characters.ts';

/** A quotation or bracket: the positions of its two marks. */
export interface Enclosure {
  readonly open: number;
  readonly close: number;
  readonly isQuotation: boolean;
}

const MAX_LENGTH = 400;
const MAX_APOSTROPHE_LENGTH = 200;
const MAX_DEPTH = 16;

const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const RIGHT_SINGLE_QUOTE = 0x2019;

/** Opening mark to closing mark, for marks whose two forms differ. */
const PAIRS = new Map(
  ['()', '[]', '{}', '“”', '‘’', '「」', '『』', '《》', '〈〉', '【】', '«»', '（）', '［］'].map(
    (pair) => [pair.charCodeAt(0), pair.charCodeAt(1)],
  ),
);
const CLOSERS = new Set(PAIRS.values());
const QUOTATION_MARKS = new Set(Array.from('"\'“”‘’「」『』«»', (mark) => mark.charCodeAt(0)));

/** A mark that can end a quotation or bracket. */
export const isCloser = (unit: number): boolean =>
  unit === QUOTE || unit === APOSTROPHE || CLOSERS.has(unit);

/** A mark that can begin a quotation or bracket. */
export const isOpener = (unit: number): boolean =>
  unit === QUOTE || unit === APOSTROPHE || PAIRS.has(unit);

export const isQuotationMark = (unit: number): boolean => QUOTATION_MARKS.has(unit);

interface OpenMark {
  readonly at: number;
  readonly closer: number;
}

/**
 * The outermost quotations and brackets of a text, in order.
 *
 * @param onlyBlankLinesBreak whether a pair may go over a single line break
 */
export function findEnclosures(text: string, onlyBlankLinesBreak: boolean): Enclosure[] {
  const found: Enclosure[] = [];
  let stack: OpenMark[] = [];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (isPlainWordUnit(unit) || unit === 0x20) continue;
    if (isLineBreak(unit)) {
      if (!onlyBlankLinesBreak || isBlankLine(text, at)) stack = [];
      continue;
    }
    const closer = PAIRS.get(unit);
    if (closer !== undefined) {
      if (!isSmileyMouth(text, at)) push(stack, { at, closer });
    } else if (unit === QUOTE) straightQuote(text, at, stack, found);
    else if (unit === APOSTROPHE) apostrophe(text, at, stack, found);
    else if (CLOSERS.has(unit)) {
      if (unit !== RIGHT_SINGLE_QUOTE || !betweenLetters(text, at)) close(stack, found, at, unit);
    }
  }
  return found;
}

/** Whether nothing but white space stands between this line break and the next one. */
export function isBlankLine(text: string, lineBreak: number): boolean {
  let at = lineBreak + 1;
  if (text.charCodeAt(lineBreak) === CARRIAGE_RETURN && text.charCodeAt(at) === LINE_FEED) at++;
  while (isSpace(text.charCodeAt(at))) {
    if (isLineBreak(text.charCodeAt(at))) return true;
    at++;
  }
  return false;
}

function push(stack: OpenMark[], mark: OpenMark): void {
  if (stack.length === MAX_DEPTH) stack.shift();
  stack.push(mark);
}

/** Closes the innermost mark that waits for `closer`, and drops what was left open inside it. */
function close(stack: OpenMark[], found: Enclosure[], at: number, closer: number): void {
  const depth = stack.findLastIndex((mark) => mark.closer === closer);
  const mark = stack[depth];
  if (mark === undefined) return;
  stack.length = depth;
  const limit = closer === APOSTROPHE ? MAX_APOSTROPHE_LENGTH : MAX_LENGTH;
  if (at - mark.at > limit) return;
  while (found.length > 0 && (found.at(-1)?.open ?? -1) > mark.at) found.pop();
  found.push({ open: mark.at, close: at, isQuotation: isQuotationMark(closer) });
}

const spaceAt = (text: string, at: number): boolean =>
  at < 0 || at >= text.length || isSpace(text.charCodeAt(at));

/** `"` opens and closes alike; the spaces around it tell which. */
function straightQuote(text: string, at: number, stack: OpenMark[], found: Enclosure[]): void {
  const opensHere = spaceAt(text, at - 1) && !spaceAt(text, at + 1);
  const closesHere = !spaceAt(text, at - 1) && spaceAt(text, at + 1);
  const open = stack.findLastIndex((mark) => mark.closer === QUOTE);
  if (open >= 0 && !opensHere) {
    close(stack, found, at, QUOTE);
    return;
  }
  if (open >= 0) stack.length = open;
  if (!closesHere) push(stack, { at, closer: QUOTE });
}

/** `'` is a quotation mark only where it cannot be an apostrophe. */
function apostrophe(text: string, at: number, stack: OpenMark[], found: Enclosure[]): void {
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at + 1);
  const isOpen = stack.some((mark) => mark.closer === APOSTROPHE);
  const beforeIsSpace = spaceAt(text, at - 1);
  if (isOpen && !beforeIsSpace && !isLatin(after) && !isDigit(after)) {
    close(stack, found, at, APOSTROPHE);
  } else if ((beforeIsSpace || isHangul(before) || isOpener(before)) && !spaceAt(text, at + 1)) {
    push(stack, { at, closer: APOSTROPHE });
  }
}

function betweenLetters(text: string, at: number): boolean {
  return isLatin(text.charCodeAt(at - 1)) && isLatin(text.charCodeAt(at + 1));
}

/** The bracket of `:(` and its like. */
function isSmileyMouth(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  const eyes = before === 0x2d ? text.charCodeAt(at - 2) : before;
  return (eyes === 0x3a || eyes === 0x3b || eyes === 0x3d) && spaceAt(text, at + 1);
}
