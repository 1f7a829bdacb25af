// Emoticons after a sentence belong to it: 재밌어요! ㅋㅋㅋ, 감사합니다 ^^, Great movie :), emoji.
import { isDigit, isLatin, isSyllable } from './characters.ts';

/** Faces in characters, the longer before the shorter that it begins with. */
const FACES = [
  '^___^', '^__^', '^_^', '^-^', '^.^', '^o^', '^^;', '^^', '-_-;', '-_-', '-.-', '>_<', '>.<', 'T_T', 'T.T',
  'ㅠ_ㅠ', 'ㅜ_ㅜ', 'ㅠ.ㅠ', 'ㅜ.ㅜ', ':-)', ':-(', ':-D', ':-P', ';-)', ':)', ':(', ':D', ':P', ';)', '=)', '=(',
]; // prettier-ignore

const FACE_STARTS = new Set(FACES.map((face) => face.charCodeAt(0)));

/** Letters that are laughed or cried with even when there is one, and those that need two. */
const SINGLE_LETTERS = new Set(Array.from('ㅋㅎㅠㅜ', (letter) => letter.charCodeAt(0)));
const DOUBLED_LETTERS = new Set(Array.from('ㅡㄷㅉ', (letter) => letter.charCodeAt(0)));

const TILDE = 0x7e;
const SEMICOLON = 0x3b;

/** Where the run of emoticons that starts at `start` ends; `start` itself when none starts there. */
export function emoticonEnd(text: string, start: number): number {
  let at = start;
  for (let end = oneEmoticon(text, at); end > at; end = oneEmoticon(text, at)) at = end;
  return at;
}

/** Whether an emoticon is a drawn face or emoji, rather than laughing letters or a drawn-out vowel (~). */
export function isFace(text: string, start: number): boolean {
  const unit = text.charCodeAt(start);
  return (
    unit !== TILDE && unit !== SEMICOLON && !SINGLE_LETTERS.has(unit) && !DOUBLED_LETTERS.has(unit)
  );
}

function oneEmoticon(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  if (FACE_STARTS.has(unit)) {
    const face = FACES.find((candidate) => text.startsWith(candidate, at));
    if (face !== undefined && standsAlone(text, at, at + face.length)) return at + face.length;
  }
  if (SINGLE_LETTERS.has(unit)) return repeated(text, at, unit);
  if (DOUBLED_LETTERS.has(unit) || unit === SEMICOLON) {
    const end = repeated(text, at, unit);
    return end - at >= 2 ? end : at;
  }
  if (unit === TILDE || unit === 0x301c || unit === 0xff5e) return repeated(text, at, unit);
  return pictograph(text, at);
}

function repeated(text: string, at: number, unit: number): number {
  let end = at;
  while (text.charCodeAt(end) === unit) end++;
  return end;
}

/** No letter may touch a face: `http:D`, `(예:(가))`, `T_Test` are none. */
function standsAlone(text: string, start: number, end: number): boolean {
  const after = text.charCodeAt(end);
  if (isLatin(after) || isDigit(after) || isSyllable(after)) return false;
  return !isLatin(text.charCodeAt(start)) || !isLatin(text.charCodeAt(start - 1));
}

/** Emoji, hearts, stars and notes, with their joiners, skin tones and variation selectors. */
function pictograph(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  if (unit >= 0x2600 && unit <= 0x27bf) return pictographTail(text, at + 1);
  if (unit === 0x266a || unit === 0x2764) return pictographTail(text, at + 1);
  if (unit < 0xd83c || unit > 0xd83e) return at;
  const codePoint = text.codePointAt(at) ?? 0;
  return codePoint >= 0x1f000 && codePoint <= 0x1faff ? pictographTail(text, at + 2) : at;
}

function pictographTail(text: string, at: number): number {
  let end = at;
  while (text.charCodeAt(end) === 0xfe0f || text.charCodeAt(end) === 0x200d) end++;
  return end;
}
