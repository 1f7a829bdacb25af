import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { AmbiguousTensorError } from './errors.ts';
import { matchTensors } from './tensor-names.ts';

type Shapes = Record<string, number[]>;

const describeAll = (shapes: Shapes): Map<string, { shape: number[] }> =>
  new Map(Object.entries(shapes).map(([name, shape]) => [name, { shape }]));

const match = (
  expected: Shapes,
  found: Shapes,
  optional?: string[],
): ReturnType<typeof matchTensors> =>
  matchTensors(describeAll(expected), describeAll(found), {
    path: 'here',
    optional: new Set(optional),
  });

const nothing = { missing: [], unexpected: [], mismatched: [] };

describe('names', () => {
  test('equal ones match', () => {
    const { sources, report } = match({ 'bert.x': [2] }, { 'bert.x': [2] });
    expect([...sources]).toEqual([['bert.x', 'bert.x']]);
    expect(report).toEqual(nothing);
  });

  test('the prefix is added or dropped where that finds the weight', () => {
    expect([...match({ 'bert.embeddings.x': [2] }, { 'embeddings.x': [2] }).sources]).toEqual([
      ['bert.embeddings.x', 'embeddings.x'],
    ]);
    expect([...match({ 'embeddings.x': [2] }, { 'bert.embeddings.x': [2] }).sources]).toEqual([
      ['embeddings.x', 'bert.embeddings.x'],
    ]);
    expect(
      match({ 'embeddings.x': [2] }, { 'bert.embeddings.x': [2], 'cls.y': [1] }).report,
    ).toEqual({
      ...nothing,
      unexpected: ['cls.y'],
    });
  });

  test('gamma and beta of a LayerNorm, with and without the prefix; elsewhere they are names', () => {
    const expected = { 'bert.a.LayerNorm.weight': [2], 'bert.a.LayerNorm.bias': [2] };
    const found = { 'bert.a.LayerNorm.gamma': [2], 'a.LayerNorm.beta': [2], 'scale.gamma': [1] };
    const { sources, report } = match(expected, found);
    expect([...sources]).toEqual([
      ['bert.a.LayerNorm.weight', 'bert.a.LayerNorm.gamma'],
      ['bert.a.LayerNorm.bias', 'a.LayerNorm.beta'],
    ]);
    expect(report).toEqual({ ...nothing, unexpected: ['scale.gamma'] });
  });

  test('tables that are computed are passed over', () => {
    const found = {
      'bert.x': [2],
      'bert.embeddings.position_ids': [1, 8],
      'embeddings.token_type_ids': [1, 8],
    };
    expect(match({ 'bert.x': [2] }, found).report).toEqual(nothing);
  });

  test('optional weights are not missed', () => {
    expect(match({ a: [1], b: [1] }, {}, ['b']).report.missing).toEqual(['a']);
  });
});

describe('tied weights', () => {
  const tied = { 'bert.embeddings.word_embeddings.weight': [3, 2], 'cls.predictions.bias': [3] };
  const decoder = { 'cls.predictions.decoder.weight': [3, 2], 'cls.predictions.decoder.bias': [3] };

  test.each([
    ['absent', tied, 'cls.predictions.bias'],
    ['present', { ...tied, ...decoder }, 'cls.predictions.decoder.bias'],
    ['present, first in the file', { ...decoder, ...tied }, 'cls.predictions.decoder.bias'],
  ])('the decoder is %s', (_, found, bias) => {
    const { sources, report } = match(tied, found);
    expect(Object.fromEntries(sources)).toEqual({
      'bert.embeddings.word_embeddings.weight': 'bert.embeddings.word_embeddings.weight',
      'cls.predictions.bias': bias,
    });
    expect(report).toEqual(nothing);
  });

  test('the decoder stands for what is missing', () => {
    const { sources, report } = match(tied, decoder);
    expect(Object.fromEntries(sources)).toEqual({
      'bert.embeddings.word_embeddings.weight': 'cls.predictions.decoder.weight',
      'cls.predictions.bias': 'cls.predictions.decoder.bias',
    });
    expect(report).toEqual(nothing);
  });

  test('an untied model has its own decoder', () => {
    const expected = { ...tied, ...decoder };
    expect(match(expected, expected).sources.size).toBe(4);
    expect(match(expected, tied).report.missing).toEqual(['cls.predictions.decoder.weight']);
  });

  test('the head’s bias is also that of an untied decoder without one', () => {
    const { sources } = match(
      { ...tied, ...decoder },
      { ...tied, 'cls.predictions.decoder.weight': [3, 2] },
    );
    expect(sources.get('cls.predictions.decoder.bias')).toBe('cls.predictions.bias');
    expect(sources.get('cls.predictions.bias')).toBe('cls.predictions.bias');
  });

  test('a model without the head does not know the decoder', () => {
    expect(match({ x: [1] }, { x: [1], ...decoder }).report.unexpected).toEqual(
      Object.keys(decoder),
    );
  });
});

describe('findings', () => {
  test('shapes that differ are reported and not used', () => {
    const { sources, report } = match({ a: [2, 3], b: [2] }, { a: [3, 2], b: [2, 1] });
    expect(sources.size).toBe(0);
    expect(report).toEqual({
      ...nothing,
      mismatched: [
        { name: 'a', expected: [2, 3], found: [3, 2] },
        { name: 'b', expected: [2], found: [2, 1] },
      ],
    });
  });

  test.each([
    [{ 'bert.x': [1], x: [1] }, 'bert.x'],
    [{ 'bert.LayerNorm.gamma': [1], 'bert.LayerNorm.weight': [1] }, 'bert.LayerNorm.weight'],
    [{ 'LayerNorm.gamma': [1], 'bert.LayerNorm.gamma': [1] }, 'bert.LayerNorm.weight'],
  ] as [Shapes, string][])('two claims to one weight: %j', (found, weight) => {
    expect(() => match({ [weight]: [1] }, found)).toThrow(AmbiguousTensorError);
    expect(() => match({ [weight]: [1] }, found)).toThrow(weight);
  });

  test.each(['__proto__', 'constructor', '', 'a\0', 'toString'])(
    'a tensor called %j is a name like another',
    (name) => {
      const found = new Map([[name, { shape: [1] }]]);
      expect(
        matchTensors(new Map([['a', { shape: [1] }]]), found, { path: 'here' }).report.unexpected,
      ).toEqual([name]);
      expect([...matchTensors(found, found, { path: 'here' }).sources]).toEqual([[name, name]]);
    },
  );

  test('every tensor is used, unexpected, mismatched or passed over, and every weight accounted for', () => {
    const part = fc.constantFrom(
      'bert',
      'a',
      'LayerNorm',
      'gamma',
      'beta',
      'weight',
      'bias',
      'cls',
    );
    const name = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
    const shapes = fc.dictionary(name, fc.array(fc.nat(3), { maxLength: 2 }), { maxKeys: 6 });
    fc.assert(
      fc.property(shapes, shapes, (expected, found) => {
        let result: ReturnType<typeof match>;
        try {
          result = match(expected, found);
        } catch (error) {
          return error instanceof AmbiguousTensorError;
        }
        const { sources, report } = result;
        const used = new Set(sources.values());
        return (
          used.size === sources.size &&
          report.unexpected.every((source) => !used.has(source)) &&
          Object.keys(expected).length ===
            sources.size + report.missing.length + report.mismatched.length &&
          Object.keys(found).length ===
            used.size + report.unexpected.length + report.mismatched.length
        );
      }),
    );
  });
});
