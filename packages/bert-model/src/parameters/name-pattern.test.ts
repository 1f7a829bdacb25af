import { describe, expect, test } from '@jest/globals';

import { namesMatching, ParameterPatternError } from './name-pattern.ts';

const names = [
  'bert.embeddings.word_embeddings.weight',
  'bert.encoder.layer.1.output.dense.weight',
  'bert.encoder.layer.11.output.dense.bias',
  'classifier.weight',
];

describe('namesMatching', () => {
  test.each<[string | RegExp, number[]]>([
    ['bert.*', [0, 1, 2]],
    ['*', [0, 1, 2, 3]],
    ['*.bias', [2]],
    ['bert.encoder.layer.1.*', [1]],
    ['bert.encoder.layer.1?.*', [2]],
    ['classifier.weight', [3]],
    [/layer\.\d\./u, [1]],
    [/weight$/gu, [0, 1, 3]],
  ])('%p', (pattern, expected) => {
    expect(namesMatching(names, pattern)).toEqual(expected.map((index) => names[index]));
  });

  test.each(['classifier', 'bertX*', 'bert.encoder', '[a-z]*', /pooler/u])(
    'refuses %p, which names nothing',
    (pattern) => {
      expect(() => namesMatching(names, pattern)).toThrow(ParameterPatternError);
      expect(() => namesMatching(names, pattern)).toThrow(names[0]);
    },
  );
});
