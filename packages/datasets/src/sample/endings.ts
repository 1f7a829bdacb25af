// Turns the ending of a plain declarative Korean sentence (-다) into the other endings that the corpus
// needs: indirect quotation (-다고), connection (-고), the formal style (-ㅂ니다) and the polite style
// (-어요). Only what has one mechanical answer is done; anything else is refused with an error.
import { SampleError } from './errors.ts';
import { FinalConsonant, finalConsonant, isSyllable, withFinalConsonant } from './hangul.ts';
import { particle } from './josa.ts';

/**
 * Verbs whose stem ends in ㄹ, which the plain present hides: 산다 is 살다, so "살고", not "사고". Every
 * verb in -든다 is one of them (만든다, 흔든다, 모여든다).
 */
const rieulVerbs = new Set([
  ...['산다', '돈다', '분다', '운다', '논다', '판다', '연다', '머문다', '빈다', '언다', '단다'],
  ...['몬다', '빤다', '만다', '썬다', '안다', '슨다'],
]);

/** Adjectives and auxiliaries met in scenes, which take 아요 and not 어요. */
const politeAdjectives: Readonly<Record<string, string>> = {
  좋다: '좋아요',
  많다: '많아요',
  같다: '같아요',
  높다: '높아요',
  싶다: '싶어요',
  아니다: '아니에요',
  한다: '해요',
  된다: '돼요',
  간다: '가요',
  먹는다: '먹어요',
  좋아한다: '좋아해요',
};

/** 이순신은 무신이다 -> 이순신은 무신이라고; 배를 만들었다 -> 배를 만들었다고. No period on either side. */
export function quoted(sentence: string): string {
  const noun = copulaNoun(sentence);
  if (noun !== undefined) return noun + particle(noun, '이라고');
  if (sentence.endsWith('아니다')) return `${stripDa(sentence)}라고`;
  return `${stripDa(sentence)}다고`;
}

/** 바다에 산다 -> 바다에 살고; 배를 만들었다 -> 배를 만들었고; 무신이다 -> 무신이고. */
export function joined(sentence: string): string {
  const body = stripDa(sentence);
  const last = body.slice(-1);
  if (sentence.endsWith('든다') || rieulVerbs.has(lastEojeol(sentence)))
    return `${replaceFinal(body, FinalConsonant.rieul)}고`;
  if (last === '는') return `${body.slice(0, -1)}고`;
  if (finalConsonant(last) === FinalConsonant.nieun) {
    return `${replaceFinal(body, FinalConsonant.none)}고`;
  }
  return `${body}고`;
}

/** 바다에 산다 -> 바다에 삽니다; 배를 만들었다 -> 만들었습니다; 무신이다 -> 무신입니다. */
export function formal(sentence: string): string {
  const body = stripDa(sentence);
  const last = body.slice(-1);
  if (last === '는') return `${body.slice(0, -1)}습니다`;
  const final = finalConsonant(last);
  const takesBieup =
    final === FinalConsonant.none ||
    final === FinalConsonant.nieun ||
    final === FinalConsonant.rieul;
  return takesBieup ? `${replaceFinal(body, FinalConsonant.bieup)}니다` : `${body}습니다`;
}

/**
 * 산책을 했다 -> 산책을 했어요; 학생이다 -> 학생이에요; 재미있다 -> 재미있어요.
 *
 * @throws SampleError for a present tense whose contraction is not in this file's table.
 */
export function polite(sentence: string): string {
  const noun = copulaNoun(sentence);
  if (noun !== undefined) return noun + particle(noun, '이에요');
  const body = stripDa(sentence);
  if (finalConsonant(body.slice(-1)) === FinalConsonant.ssangSiot || body.endsWith('없')) {
    return `${body}어요`;
  }
  const eojeol = lastEojeol(sentence);
  const contraction = politeAdjectives[eojeol];
  if (contraction === undefined) {
    throw new SampleError(
      `No polite form is known of ${JSON.stringify(sentence)}: write it in the past tense, or add ${JSON.stringify(eojeol)} to the table in endings.ts.`,
    );
  }
  return sentence.slice(0, sentence.length - eojeol.length) + contraction;
}

/** The sentence up to the noun before its copula 이다, or undefined when it ends otherwise. */
function copulaNoun(sentence: string): string | undefined {
  return sentence.endsWith('이다') ? sentence.slice(0, -2) : undefined;
}

function lastEojeol(sentence: string): string {
  return sentence.slice(sentence.lastIndexOf(' ') + 1);
}

function stripDa(sentence: string): string {
  const body = sentence.slice(0, -1);
  if (!sentence.endsWith('다') || !isSyllable(body.slice(-1))) {
    throw new SampleError(
      `Expected a plain declarative sentence ending in 다 without a period, got ${JSON.stringify(sentence)}.`,
    );
  }
  return body;
}

function replaceFinal(text: string, final: number): string {
  return text.slice(0, -1) + withFinalConsonant(text.slice(-1), final);
}
