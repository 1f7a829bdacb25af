import { describe, expect, test } from '@jest/globals';

import { formal, joined, polite, quoted } from './endings.ts';
import { SampleError } from './errors.ts';

/** plain, quoted, joined, formal */
const table: readonly (readonly [string, string, string, string])[] = [
  ['무신이다', '무신이라고', '무신이고', '무신입니다'],
  ['과학자이다', '과학자라고', '과학자이고', '과학자입니다'],
  ['무신이 아니다', '무신이 아니라고', '무신이 아니고', '무신이 아닙니다'],
  ['배를 만들었다', '배를 만들었다고', '배를 만들었고', '배를 만들었습니다'],
  ['나라를 세웠다', '나라를 세웠다고', '나라를 세웠고', '나라를 세웠습니다'],
  ['학자였다', '학자였다고', '학자였고', '학자였습니다'],
  ['꼬리가 있다', '꼬리가 있다고', '꼬리가 있고', '꼬리가 있습니다'],
  ['다리가 없다', '다리가 없다고', '다리가 없고', '다리가 없습니다'],
  ['풀을 먹는다', '풀을 먹는다고', '풀을 먹고', '풀을 먹습니다'],
  ['날지 않는다', '날지 않는다고', '날지 않고', '날지 않습니다'],
  ['동해로 흐른다', '동해로 흐른다고', '동해로 흐르고', '동해로 흐릅니다'],
  ['사냥한다', '사냥한다고', '사냥하고', '사냥합니다'],
  ['강에 산다', '강에 산다고', '강에 살고', '강에 삽니다'],
  ['떡을 만든다', '떡을 만든다고', '떡을 만들고', '떡을 만듭니다'],
  ['붉게 물든다', '붉게 물든다고', '붉게 물들고', '붉게 물듭니다'],
  ['바다로 흘러든다', '바다로 흘러든다고', '바다로 흘러들고', '바다로 흘러듭니다'],
  ['목이 길다', '목이 길다고', '목이 길고', '목이 깁니다'],
  ['몸이 크다', '몸이 크다고', '몸이 크고', '몸이 큽니다'],
  ['물이 맑다', '물이 맑다고', '물이 맑고', '물이 맑습니다'],
];

describe('endings of a plain declarative', () => {
  test.each(table)('%s', (plain, expectedQuoted, expectedJoined, expectedFormal) => {
    expect(quoted(plain)).toBe(expectedQuoted);
    expect(joined(plain)).toBe(expectedJoined);
    expect(formal(plain)).toBe(expectedFormal);
  });
});

test('the polite style', () => {
  expect(polite('산책을 했다')).toBe('산책을 했어요');
  expect(polite('운동회 날이었다')).toBe('운동회 날이었어요');
  expect(polite('학생이다')).toBe('학생이에요');
  expect(polite('친구이다')).toBe('친구예요');
  expect(polite('재미있다')).toBe('재미있어요');
  expect(polite('힘이 없다')).toBe('힘이 없어요');
  expect(polite('바다가 참 좋다')).toBe('바다가 참 좋아요');
});

test('what has no mechanical answer is refused', () => {
  expect(() => polite('물이 흐른다')).toThrow(/물이 흐른다.*past tense/s);
  for (const ending of [quoted, joined, formal, polite]) {
    expect(() => ending('무엇일까?')).toThrow(SampleError);
    expect(() => ending('무신이다.')).toThrow(SampleError);
    expect(() => ending('다')).toThrow(SampleError);
  }
});
