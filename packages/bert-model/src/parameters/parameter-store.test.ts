import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@malmoi/ops';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { ParameterStore } from './parameter-store.ts';
import { StateDictError, type StateTensor } from './state-dict.ts';

const half: StateTensor = { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) };
const bias: StateTensor = { shape: [2], data: Float32Array.of(7, 8) };

describe('ParameterStore', () => {
  let store: ParameterStore;

  beforeAll(async () => {
    await useBackend('cpu');
  });

  beforeEach(() => {
    store = new ParameterStore(0.02, { seed: 5 });
    store.addParameter('weight', [2, 3], 'truncated_normal');
    store.addParameter('bias', [2], 'zeros');
    store.addBuffer('table', Float32Array.of(9), [1]);
    store.addAlias('old.weight', 'weight');
    store.addAlias('copy', undefined);
  });

  afterEach(() => {
    store.dispose();
  });

  function values(name: string): number[] {
    return [...(store.stateDict().get(name)?.data ?? [])];
  }

  test('loads what it saved, into its own memory', () => {
    const saved = store.stateDict();
    const other = new ParameterStore(0.02, { initialWeights: 'zeros' });
    other.addParameter('weight', [2, 3], 'truncated_normal');
    other.addParameter('bias', [2], 'ones');
    other.addBuffer('table', Float32Array.of(0), [1]);
    expect([...(other.stateDict().get('weight')?.data ?? [])]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...(other.stateDict().get('bias')?.data ?? [])]).toEqual([1, 1]);
    expect(other.loadStateDict(saved, true)).toEqual({
      missing: [],
      unexpected: [],
      mismatched: [],
    });
    saved.get('weight')?.data.fill(NaN);
    expect([...(other.stateDict().get('weight')?.data ?? [])]).toEqual(values('weight'));
    expect([...(other.stateDict().get('table')?.data ?? [])]).toEqual([9]);
    other.dispose();
  });

  test('a state dict is a copy', () => {
    store.stateDict().get('bias')?.data.fill(5);
    expect(values('bias')).toEqual([0, 0]);
  });

  test('reports every kind of misfit, and strictly changes nothing', () => {
    const before = values('weight');
    const state = new Map([
      ['weight', { shape: [3, 2], data: half.data }],
      ['__proto__', bias],
      ['copy', bias],
    ]);
    const report = {
      missing: ['bias'],
      unexpected: ['__proto__'],
      mismatched: [{ name: 'weight', expected: [2, 3], found: [3, 2] }],
    };
    expect(() => store.loadStateDict(state, true)).toThrow(StateDictError);
    expect(() => store.loadStateDict(state, true)).toThrow('weight [3, 2] for [2, 3]');
    expect(store.loadStateDict(state, false)).toEqual(report);
    expect(values('weight')).toEqual(before);
  });

  test('what does not fit keeps what fits from loading only if strict', () => {
    const state = new Map([['bias', bias]]);
    expect(() => store.loadStateDict(state, true)).toThrow('1 missing (weight)');
    expect(values('bias')).toEqual([0, 0]);
    store.loadStateDict(state, false);
    expect(values('bias')).toEqual([7, 8]);
  });

  test('takes an alias where the name is absent, and prefers the name', () => {
    const alias = { shape: [2, 3], data: Float32Array.of(0, 0, 0, 0, 0, 1) };
    store.loadStateDict(
      new Map([
        ['old.weight', alias],
        ['bias', bias],
      ]),
      true,
    );
    expect(values('weight')).toEqual([0, 0, 0, 0, 0, 1]);
    store.loadStateDict(
      new Map([
        ['weight', half],
        ['old.weight', alias],
        ['bias', bias],
      ]),
      true,
    );
    expect(values('weight')).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('refuses data that is not of its own shape', () => {
    const short = { shape: [2, 3], data: Float32Array.of(1) };
    const state = new Map([
      ['weight', short],
      ['bias', bias],
    ]);
    expect(() => store.loadStateDict(state, false)).toThrow('weight has 1 values');
  });

  test('a parameter is drawn by its name and the seed, whatever stands beside it', () => {
    const alone = new ParameterStore(0.02, { seed: 5 });
    alone.addParameter('weight', [2, 3], 'truncated_normal');
    expect([...(alone.stateDict().get('weight')?.data ?? [])]).toEqual(values('weight'));
    const first = values('weight');
    store.initialize(['weight'], 6);
    expect(values('weight')).not.toEqual(first);
    store.initialize(['weight', 'bias'], 5);
    expect(values('weight')).toEqual(first);
    expect(() => {
      store.initialize(['table'], 5);
    }).toThrow('no parameter called "table"');
    alone.dispose();
  });

  test('disposes everything once', () => {
    const loaded = tf.memory().numTensors;
    store.dispose();
    store.dispose();
    expect(tf.memory().numTensors).toBe(loaded - 3);
  });
});
