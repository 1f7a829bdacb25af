import { expect, test } from '@jest/globals';

import { Random } from '../random.ts';
import { SampleError } from './errors.ts';
import { fill, pick, shuffled } from './template.ts';

const slots = { name: '이순신', city: '서울', role: '과학자' };

test('slots take the particle that fits their sound', () => {
  const random = new Random(1);
  expect(fill('{name:은} {city:으로} 갔다', slots, random)).toBe('이순신은 서울로 갔다');
  expect(fill('{role:은} {name}의 {role:이었다}', slots, random)).toBe(
    '과학자는 이순신의 과학자였다',
  );
});

test('alternatives are all drawn, hold slots, and may be empty', () => {
  const random = new Random(2);
  const drawn = new Set<string>();
  for (let i = 0; i < 60; i++) drawn.add(fill('[그는|{name:은}|] 왔다', slots, random));
  expect([...drawn].sort()).toEqual([' 왔다', '그는 왔다', '이순신은 왔다']);
});

test('a slot without a value and an unknown particle are refused with the pattern', () => {
  const random = new Random(3);
  expect(() => fill('{nobody:은} 왔다', slots, random)).toThrow(/nobody:은.*\{nobody\}/);
  expect(() => fill('{constructor}', slots, random)).toThrow(SampleError);
  expect(() => fill('{name:는} 왔다', slots, random)).toThrow(/no particle.*\{name:는\}/);
});

test('shuffled keeps every value, pick refuses an empty list', () => {
  const values = ['가', '나', '다', '라', '마'];
  const order = shuffled(new Random(4), values);
  expect(order).not.toEqual(values);
  expect([...order].sort()).toEqual(values);
  expect(() => pick(new Random(5), [])).toThrow(SampleError);
});
