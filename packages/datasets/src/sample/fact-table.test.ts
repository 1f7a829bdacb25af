import { expect, test } from '@jest/globals';

import { SampleError } from './errors.ts';
import { readFactTable } from './fact-table.ts';

const table = `
@ 기린 | 동물 | 초원
목이 길다 > 그래서 높은 나무의 잎을 먹는다.
풀을 먹는다. ~의 뿔은 짧다.
@ 서울 | 도시 | 한강 유역
~에는 궁궐이 있다.
`;

test('entities with their columns, facts, consequences and particles', () => {
  expect(readFactTable(['kind', 'home'], table)).toEqual([
    {
      name: '기린',
      slots: { name: '기린', kind: '동물', home: '초원' },
      facts: [
        { predicate: '목이 길다', consequence: '그래서 높은 나무의 잎을 먹는다' },
        { predicate: '풀을 먹는다' },
        { predicate: '뿔은 짧다', particle: '의' },
      ],
    },
    {
      name: '서울',
      slots: { name: '서울', kind: '도시', home: '한강 유역' },
      facts: [{ predicate: '궁궐이 있다', particle: '에는' }],
    },
  ]);
});

test('malformed tables are refused, with the entry named', () => {
  const read = (text: string) => () => readFactTable(['kind'], text);
  expect(read('기린 | 동물\n풀을 먹는다.')).toThrow(/must start with "@ "/);
  expect(read('@ 기린\n풀을 먹는다.')).toThrow(/"기린" has 1 columns; expected name, kind/);
  expect(read('@ 기린 | \n풀을 먹는다.')).toThrow(SampleError);
  expect(read('@ 기린 | 동물\n풀을 먹는다')).toThrow(/"기린 \| 동물" must end in/);
  expect(read('@ 기린 | 동물')).toThrow(SampleError);
  expect(read('@ 기린 | 동물\n풀을 먹음. 목이 길다.')).toThrow(/"풀을 먹음" must end in 다/);
});
