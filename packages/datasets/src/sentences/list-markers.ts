// Numbers and letters that head the items of a list: 1. 2), 가. 나), ㄱ. a) IV. Their period ends nothing, and
// the next one in order begins a new sentence.
import { DOT, isDigit, isHangul, isLatin, isSpace } from './characters.ts';

export interface ListMarker {
  readonly kind: 'number' | 'syllable' | 'jamo' | 'letter' | 'roman';
  /** Place in the series, from 1. */
  readonly value: number;
  /** The mark after it: `.` or `)`. */
  readonly mark: number;
  /** Position after the mark. */
  readonly end: number;
}

const CLOSING_BRACKET = 0x29;
const SYLLABLES = '가나다라마바사아자차카타파하';
const JAMO = 'ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ';
const ROMAN = ['i', 'ii', 'iii', 'iv', 'v', 'vi', 'vii', 'viii', 'ix', 'x', 'xi', 'xii'];
const MAX_DIGITS = 3;

/** The list marker at `at`, where a word begins; undefined when there is none. */
export function listMarker(text: string, at: number): ListMarker | undefined {
  let length = 0;
  while (length <= 4 && isMarkerUnit(text.charCodeAt(at + length))) length++;
  const mark = text.charCodeAt(at + length);
  if (length === 0 || (mark !== DOT && mark !== CLOSING_BRACKET)) return undefined;
  // Composed, since 가 may be written in jamo (NFD).
  const name = text.slice(at, at + length).normalize('NFC');
  const place = placeInSeries(name);
  if (place === undefined) return undefined;
  const end = at + length + 1;
  const after = text.charCodeAt(end);
  const isEnd = end >= text.length || isSpace(after);
  if (!isEnd && !(place.kind === 'number' && isHangul(after))) return undefined;
  return { ...place, mark, end };
}

/** Whether `next` continues the list of `previous`. */
export function isSuccessor(previous: ListMarker | undefined, next: ListMarker): boolean {
  return (
    previous?.kind === next.kind && previous.mark === next.mark && next.value === previous.value + 1
  );
}

const isMarkerUnit = (unit: number): boolean => isDigit(unit) || isLatin(unit) || isHangul(unit);

function placeInSeries(name: string): Pick<ListMarker, 'kind' | 'value'> | undefined {
  if (isDigit(name.charCodeAt(0))) {
    const isNumber =
      name.length <= MAX_DIGITS && Array.from(name).every((c) => isDigit(c.charCodeAt(0)));
    return isNumber ? { kind: 'number', value: Number(name) } : undefined;
  }
  const roman = ROMAN.indexOf(name.toLowerCase());
  // A single letter is one of a, b, c, … but for i, which more often is the first of i, ii, iii.
  if (roman >= 0 && (name.length > 1 || name === 'i' || name === 'I')) {
    return { kind: 'roman', value: roman + 1 };
  }
  if (name.length !== 1) return undefined;
  const syllable = SYLLABLES.indexOf(name);
  if (syllable >= 0) return { kind: 'syllable', value: syllable + 1 };
  const jamo = JAMO.indexOf(name);
  if (jamo >= 0) return { kind: 'jamo', value: jamo + 1 };
  return isLatin(name.charCodeAt(0))
    ? { kind: 'letter', value: name.toLowerCase().charCodeAt(0) - 0x60 }
    : undefined;
}
