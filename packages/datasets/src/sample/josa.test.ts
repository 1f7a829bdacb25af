import { describe, expect, test } from '@jest/globals';

import { SampleError } from './errors.ts';
import { isJosa, particle, withJosa, type Josa } from './josa.ts';

/** 가 with each of the 28 finals (none first, ㄹ at index 8), as Unicode orders them. */
const syllables = Array.from({ length: 28 }, (_, final) => String.fromCharCode(0xac00 + final));

describe('particles after each final consonant', () => {
  const pairs: readonly (readonly [Josa, string, string])[] = [
    ['은', '은', '는'],
    ['이', '이', '가'],
    ['을', '을', '를'],
    ['과', '과', '와'],
    ['아', '아', '야'],
    ['이나', '이나', '나'],
    ['이랑', '이랑', '랑'],
    ['이다', '이다', '다'],
    ['이고', '이고', '고'],
    ['이며', '이며', '며'],
    ['이라고', '이라고', '라고'],
    ['이라는', '이라는', '라는'],
    ['이었다', '이었다', '였다'],
    ['이에요', '이에요', '예요'],
  ];

  test.each(pairs)('%s', (josa, afterConsonant, afterVowel) => {
    const [vowel, ...consonants] = syllables;
    expect(particle(vowel ?? '', josa)).toBe(afterVowel);
    expect(consonants).toHaveLength(27);
    for (const noun of consonants) expect(particle(noun, josa)).toBe(afterConsonant);
  });

  test('으로 is 로 after a vowel and after ㄹ only', () => {
    const short = syllables.filter((noun) => particle(noun, '으로') === '로');
    expect(short).toEqual(['가', '갈']);
    expect(syllables.filter((noun) => particle(noun, '으로') === '으로')).toHaveLength(26);
  });
});

test('every Hangul syllable decides by its final consonant, NFD decomposition as the reference', () => {
  for (let code = 0xac00; code <= 0xd7a3; code++) {
    const syllable = String.fromCharCode(code);
    const closed = syllable.normalize('NFD').length === 3;
    if (particle(syllable, '은') !== (closed ? '은' : '는')) {
      throw new Error(`wrong particle after ${syllable}`);
    }
  }
  expect(particle('힣', '은')).toBe('은');
});

test('digits are read in Sino-Korean', () => {
  const digits = Array.from('0123456789');
  expect(digits.map((digit) => particle(digit, '을')).join('')).toBe('을을를을를를을을을를');
  expect(digits.map((digit) => withJosa(digit, '으로'))).toEqual([
    ...['0으로', '1로', '2로', '3으로', '4로', '5로', '6으로', '7로', '8로', '9로'],
  ]);
});

test('Latin letters are read by their Korean names, in both cases', () => {
  const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
  const consonants = letters.filter((letter) => particle(letter, '이') === '이');
  expect(consonants).toEqual(['L', 'M', 'N', 'R']);
  expect(letters.filter((letter) => particle(letter, '으로') === '으로')).toEqual(['M', 'N']);
  for (const letter of letters) {
    expect(particle(letter.toLowerCase(), '이')).toBe(particle(letter, '이'));
  }
});

test('closing marks are silent', () => {
  expect(withJosa('「서시」', '을')).toBe('「서시」를');
  expect(withJosa('‘한글’', '으로')).toBe('‘한글’로');
  expect(withJosa('"책"', '은')).toBe('"책"은');
});

test('a noun whose sound is not known is refused', () => {
  for (const noun of ['', '漢', '?', 'ㅋ', '」']) {
    expect(() => particle(noun, '은')).toThrow(SampleError);
  }
});

test('names of particles', () => {
  expect(isJosa('으로')).toBe(true);
  expect(isJosa('는')).toBe(false);
  expect(isJosa('constructor')).toBe(false);
});
