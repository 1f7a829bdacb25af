// English words that decide whether a period ends a sentence: abbreviations, by what may follow them, and
// words that begin sentences.
import { isLatin } from './characters.ts';

const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

/** A name or word always follows: the period never ends a sentence. In lower case. */
const TITLES = words(`
  mr mrs ms dr prof rev gen col maj capt cmdr lt sgt cpl hon gov sen rep pres supt messrs mme mlle msgr
  mt vs v cf viz approx esp incl resp e.g i.e`);

/** A number follows; without one the word is an ordinary word ("No. I will not."). */
const NUMBERED = words('no nos fig figs vol vols ch chap sec art eq eqs p pp ex tab ver ca par');

/** May end a sentence; does so only before a word that plainly begins one. */
const MAY_END = words(`
  inc ltd co corp bros llc jr sr al ave blvd rd st dept univ assn est govt min avg ext tel misc ed eds
  jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri
  oz lb lbs ft yd hr hrs sq`);

const STARTERS = words(`
  The He She It They We You This That These Those There Here In On At But And Or So However When After
  Before Then If As For His Her Its My Our Their Your What Who Where Why How No Not Yes Now Since Because
  Although Though While Meanwhile One Some Many Most All Each Every Both With Without From To By
  Such Another Even Only Also Still Yet Today Later Once Until Whether Which I A An Nobody Everyone`);

const SPEECH_VERBS = words(`
  said says asked asks replied replies cried shouted whispered answered added called muttered exclaimed
  explained yelled continued thought wrote told screamed sighed laughed`);

export type AbbreviationKind =
  'title' | 'numbered' | 'may-end' | 'etc' | 'time' | 'acronym' | 'none';

/** What kind of abbreviation the word before a period is; `word` without that period. */
export function abbreviationKind(word: string): AbbreviationKind {
  const lower = word.toLowerCase();
  if (TITLES.has(lower)) return 'title';
  if (lower === 'etc') return 'etc';
  if (lower === 'a.m' || lower === 'p.m') return 'time';
  if (NUMBERED.has(lower)) return 'numbered';
  if (MAY_END.has(lower)) return 'may-end';
  return isAcronym(word) ? 'acronym' : 'none';
}

/** U.S, Ph.D, B.C, and single letters such as initials: parts of one or two letters. */
function isAcronym(word: string): boolean {
  const parts = word.split('.');
  if (parts.length === 1) return word.length === 1;
  return parts.every((part) => part.length >= 1 && part.length <= 2);
}

/** Whether a word that commonly begins a sentence, with a capital, starts at `at`. */
export function startsWithSentenceStarter(text: string, at: number): boolean {
  const word = latinWord(text, at);
  // "A." and "I." are initials.
  return STARTERS.has(word) && !(word.length === 1 && text[at + 1] === '.');
}

/** Whether the second or third word from `at` says that somebody spoke: John said, the old man asked. */
export function namesSpeaker(text: string, at: number): boolean {
  let start = at;
  for (let count = 0; count < 4; count++) {
    const word = latinWord(text, start);
    if (word === '') return false;
    if (count > 0 && SPEECH_VERBS.has(word)) return true;
    start += word.length;
    if (text[start] !== ' ') return false;
    start++;
  }
  return false;
}

const MAX_WORD_LENGTH = 24;

function latinWord(text: string, at: number): string {
  let end = at;
  while (end - at < MAX_WORD_LENGTH && isLatin(text.charCodeAt(end))) end++;
  return text.slice(at, end);
}
