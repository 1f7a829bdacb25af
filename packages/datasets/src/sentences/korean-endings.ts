// How a Korean sentence ends when its period does not settle it: before an ellipsis or an emoticon, and
// where no space follows (…했다.그리고). 다, 요, 죠, 까, 네, 군, 시오 after the syllables that a verb ends in.
import { isConjoiningJamo, isSyllable } from './characters.ts';

const FIRST_SYLLABLE = 0xac00;
const NO_FINAL = 0;
const FINAL_RIEUL = 8;
const FINAL_IEUNG = 21;

/** The final consonant of a syllable, 0 to 27; 0 is none. */
const finalConsonant = (syllable: number): number => (syllable - FIRST_SYLLABLE) % 28;

/** The vowel of a syllable, 0 (ㅏ) to 20 (ㅣ). */
const vowel = (syllable: number): number => Math.floor((syllable - FIRST_SYLLABLE) / 28) % 21;

/** ㅏ ㅐ ㅓ ㅔ ㅕ ㅖ ㅘ ㅙ ㅚ ㅝ ㅞ ㅣ: in what stands before 요; not ㅗ ㅛ ㅜ ㅠ of 소요, 수요. */
const VOWELS_BEFORE_YO = new Set([0, 1, 4, 5, 6, 7, 9, 10, 11, 14, 15, 20]);

/** Whether the text up to `end` closes a sentence by its ending alone. */
export function hasFinalEnding(text: string, end: number): boolean {
  const tail = lastSyllables(text, end);
  const last = tail.at(-1);
  const before = tail.at(-2);
  if (last === undefined) return false;
  if (last === '죠') return true;
  if (before === undefined || !isSyllable(before.charCodeAt(0))) return false;
  const unit = before.charCodeAt(0);
  switch (last) {
    case '다':
      return finalConsonant(unit) !== NO_FINAL || '이니하되리프쁘크르지치'.includes(before);
    case '요':
      return (
        '고구군든걸은는인'.includes(before) ||
        (before !== '개' && finalConsonant(unit) === NO_FINAL && VOWELS_BEFORE_YO.has(vowel(unit)))
      );
    case '까':
      return before === '니' || finalConsonant(unit) === FINAL_RIEUL;
    case '네':
      return (
        (finalConsonant(unit) !== NO_FINAL && finalConsonant(unit) !== FINAL_IEUNG) ||
        '하러가오보되시프쁘크르'.includes(before)
      );
    case '군':
      return '렇는었았였했겠있없좋같'.includes(before);
    case '나':
      return before === '구';
    case '든':
      return before === '거';
    case '오':
      return before === '시';
    default:
      return false;
  }
}

/** The last syllables before `end`, composed if they are written in jamo (NFD). */
function lastSyllables(text: string, end: number): string {
  if (!isConjoiningJamo(text.charCodeAt(end - 1))) return text.slice(Math.max(0, end - 2), end);
  return text.slice(Math.max(0, end - 9), end).normalize('NFC');
}

/** What follows a quotation and makes it part of a larger sentence: …"라고 말했다. */
const PARTICLE_STARTS = [
  '라고',
  '라며',
  '라면서',
  '라는',
  '라던',
  '라니',
  '이라',
  '하고',
  '하며',
  '하면서',
  '하는',
  '하자',
  '면서',
];
const WHOLE_PARTICLES = [
  '고',
  '며',
  '라',
  '란',
  '는',
  '은',
  '을',
  '를',
  '이',
  '가',
  '의',
  '에',
  '와',
  '과',
  '도',
  '로',
  '만',
  '등',
  '등의',
];

/** Whether a word that ties a quotation to what follows starts at `at`. */
export function startsWithQuotingParticle(text: string, at: number): boolean {
  const head = nextSyllables(text, at);
  if (PARTICLE_STARTS.some((particle) => head.startsWith(particle))) return true;
  return WHOLE_PARTICLES.some(
    (particle) => head.startsWith(particle) && !isSyllable(head.charCodeAt(particle.length)),
  );
}

/** The next syllables from `at`, composed if they are written in jamo (NFD). */
function nextSyllables(text: string, at: number): string {
  if (!isConjoiningJamo(text.charCodeAt(at))) return text.slice(at, at + 4);
  return text.slice(at, at + 12).normalize('NFC');
}
