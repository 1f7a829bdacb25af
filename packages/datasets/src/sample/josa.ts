// Korean particles and copulas that change with the sound before them, by the rules of Korean
// orthography: after a consonant, after a vowel, and 으로 that treats ㄹ like a vowel. Digits are read
// in Sino-Korean (3 is 삼), Latin letters by their Korean names (N is 엔).
import { SampleError } from './errors.ts';
import { FinalConsonant, finalConsonant, isSyllable } from './hangul.ts';

/** Each particle by its form after a consonant: [after a consonant, after a vowel]. */
const forms = {
  은: ['은', '는'],
  이: ['이', '가'],
  을: ['을', '를'],
  과: ['과', '와'],
  아: ['아', '야'],
  이나: ['이나', '나'],
  이랑: ['이랑', '랑'],
  이다: ['이다', '다'],
  이고: ['이고', '고'],
  이며: ['이며', '며'],
  이라고: ['이라고', '라고'],
  이라는: ['이라는', '라는'],
  이었다: ['이었다', '였다'],
  이에요: ['이에요', '예요'],
  으로: ['으로', '로'],
} as const;

/** A particle, named by its form after a consonant. */
export type Josa = keyof typeof forms;

type Ending = 'consonant' | 'rieul' | 'vowel';

/** How the digits 0 to 9 end when read aloud: 영 일 이 삼 사 오 육 칠 팔 구. */
const digitEndings: readonly Ending[] = [
  ...(['consonant', 'rieul', 'vowel', 'consonant', 'vowel'] as const),
  ...(['vowel', 'consonant', 'rieul', 'rieul', 'vowel'] as const),
];

/** Latin letters whose Korean name ends in a consonant: 엘, 알, 엠, 엔. All others end in a vowel. */
const letterEndings: Readonly<Record<string, Ending>> = {
  L: 'rieul',
  R: 'rieul',
  M: 'consonant',
  N: 'consonant',
};

/** Closing marks that are not read aloud: the sound before them decides. */
const SILENT = new Set(['」', '』', '’', '”', "'", '"', ')', '>', '》']);

export function isJosa(text: string): text is Josa {
  return Object.hasOwn(forms, text);
}

/**
 * The right form of a particle after a noun: `particle('서울', '으로')` is 로.
 *
 * @throws SampleError when the noun ends in a character whose sound is not known.
 */
export function particle(noun: string, josa: Josa): string {
  const [afterConsonant, afterVowel] = forms[josa];
  const ending = soundEnding(noun);
  if (ending === 'rieul') return josa === '으로' ? afterVowel : afterConsonant;
  return ending === 'consonant' ? afterConsonant : afterVowel;
}

/** A noun with the right form of a particle: `withJosa('이순신', '은')` is 이순신은. */
export function withJosa(noun: string, josa: Josa): string {
  return noun + particle(noun, josa);
}

function soundEnding(noun: string): Ending {
  let end = noun.length;
  while (end > 0 && SILENT.has(noun.charAt(end - 1))) end--;
  const last = noun.charAt(end - 1);
  if (isSyllable(last)) {
    const final = finalConsonant(last);
    if (final === FinalConsonant.none) return 'vowel';
    return final === FinalConsonant.rieul ? 'rieul' : 'consonant';
  }
  if (last >= '0' && last <= '9') return digitEndings[Number(last)] ?? 'vowel';
  const letter = last.toUpperCase();
  if (letter >= 'A' && letter <= 'Z') return letterEndings[letter] ?? 'vowel';
  throw new SampleError(
    `No particle can be chosen after ${JSON.stringify(noun)}: it must end in a Hangul syllable, a digit or a Latin letter.`,
  );
}
