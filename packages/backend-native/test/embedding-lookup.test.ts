// MalmoiEmbeddingLookup and its gradient against sums in float64.
import { expect, test } from '@jest/globals';
import { embeddingLookup } from '@malmoi/ops';
import type { EmbeddingTables } from '@malmoi/ops';
import { tensor, tidy, valueAndGrads } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

import { loadAddon } from '../src/addon/load-addon.ts';
import { expectSameBits } from './bits.ts';
import { describeKernelSets, FLOAT32_ONLY } from './instruction-sets.ts';
import { randomFloats, randomNumbers } from './random.ts';

const COUNTS = { word: 300, position: 40, tokenType: 2 };
const PADDING = 7;

interface Case {
  readonly batch: number;
  readonly hidden: number;
  readonly tables: 1 | 2 | 3;
  readonly paddingId?: number;
}

const CASES: Case[] = [
  { batch: 3, hidden: 1, tables: 1 },
  { batch: 5, hidden: 17, tables: 3, paddingId: PADDING },
  { batch: 2, hidden: 64, tables: 2 },
  { batch: 8, hidden: 131, tables: 3 },
  { batch: 0, hidden: 8, tables: 3 },
];
const LENGTH = 40;
const NAMES = ['word', 'position', 'tokenType'] as const;

interface Data {
  readonly tables: Float32Array[];
  readonly ids: Int32Array[];
  readonly dy: Float32Array;
}

/** Every fifth word is the padding, every fourth another one that occurs often. */
function dataOf({ batch, hidden, tables }: Case): Data {
  const next = randomNumbers(9);
  const tokens = batch * LENGTH;
  const random = (count: number): number => Math.floor(((next() + 1) / 2) * count);
  const words = Int32Array.from({ length: tokens }, (_, i) =>
    i % 5 === 0 ? PADDING : i % 4 === 0 ? 11 : random(COUNTS.word),
  );
  const positions = Int32Array.from({ length: tokens }, (_, i) => i % LENGTH);
  const types = Int32Array.from({ length: tokens }, () => random(COUNTS.tokenType));
  return {
    tables: NAMES.slice(0, tables).map((name, i) => randomFloats(COUNTS[name] * hidden, i)),
    ids: [words, positions, types].slice(0, tables),
    dy: randomFloats(tokens * hidden, 4),
  };
}

/** The sum of the rows and the gradient of each table. */
function computed(each: Case): Float32Array[] {
  const { tables, ids, dy } = dataOf(each);
  return tidy(() => {
    const shape: [number, number] = [each.batch, LENGTH];
    const [inputIds, , tokenTypeIds] = ids.map((list) => tensor(list, shape, 'int32'));
    if (inputIds === undefined) throw new Error('There are always words.');
    const run = (...inputs: Tensor[]): Tensor => {
      const named = Object.fromEntries(inputs.map((table, i) => [NAMES[i] ?? '', table]));
      return embeddingLookup(named as unknown as EmbeddingTables, inputIds, {
        ...(tokenTypeIds && { tokenTypeIds }),
        ...(each.paddingId !== undefined && { paddingId: each.paddingId }),
      });
    };
    const inputs = tables.map((table, i) =>
      tensor(table, [COUNTS[NAMES[i] ?? 'word'], each.hidden]),
    );
    const { value, grads } = valueAndGrads(run)(inputs, tensor(dy, [...shape, each.hidden]));
    return [value, ...grads].map((result) => result.dataSync<'float32'>());
  });
}

function expectedOf(each: Case): Float64Array[] {
  const { tables, ids, dy } = dataOf(each);
  const sum = new Float64Array(dy.length);
  const gradients = tables.map((table) => new Float64Array(table.length));
  for (let i = 0; i < dy.length; i++) {
    const [token, column] = [Math.floor(i / each.hidden), i % each.hidden];
    tables.forEach((table, which) => {
      const id = ids[which]?.[token] ?? NaN;
      const place = id * each.hidden + column;
      sum[i] = (sum[i] ?? 0) + (table[place] ?? NaN);
      const gradient = gradients[which] ?? new Float64Array();
      if (which > 0 || id !== each.paddingId)
        gradient[place] = (gradient[place] ?? 0) + (dy[i] ?? NaN);
    });
  }
  return [sum, ...gradients];
}

const EXPECTED = new Map(CASES.map((each) => [each, expectedOf(each)]));

describeKernelSets('embeddingLookup', FLOAT32_ONLY, ({ instructionSet }) => {
  test.each(CASES)('$batch rows, hidden $hidden, $tables tables, padding $paddingId', (each) => {
    const actual = computed(each);
    const expected = EXPECTED.get(each) ?? [];
    expect(actual.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
    for (const [which, values] of expected.entries()) {
      const errors = values.map((value, i) => Math.abs(value - (actual[which]?.[i] ?? NaN)));
      // A row of a token type is the sum of some 160 others.
      expect(errors.every((error) => error < 2e-5)).toBe(true);
    }
  });

  test('rows that nothing was added to are 0, whatever their memory held', () => {
    const each: Case = { batch: 2, hidden: 33, tables: 1, paddingId: PADDING };
    const read = new Set(dataOf(each).ids[0]);
    read.delete(PADDING);
    // The second gradient gets the memory of the first.
    for (let run = 0; run < 2; run++) {
      const gradient = computed(each)[1] ?? new Float32Array();
      const rows = Array.from({ length: COUNTS.word }, (_, id) =>
        gradient.subarray(id * 33, id * 33 + 33).every((value) => value === 0),
      );
      expect(rows.flatMap((zero, id) => (zero ? [] : [id]))).toEqual(
        [...read].sort((a, b) => a - b),
      );
    }
  });

  test('the number of threads changes nothing', () => {
    const each: Case = { batch: 10, hidden: 200, tables: 3, paddingId: PADDING };
    expectSameBits(instructionSet, () => computed(each));
  });
});

test('ids beyond a table never reach its memory', () => {
  const addon = loadAddon();
  const table = new Float32Array(3 * 2);
  for (const id of [-1, 3, 2 ** 31 - 1]) {
    const ids = [Int32Array.of(0, id)];
    expect(() => {
      addon.embeddingLookup(2, 2, [3], [table], ids, new Float32Array(4));
    }).toThrow(`embeddingLookup: argument ids has ${id} at 1 for a table of 3 rows.`);
    expect(() => {
      addon.embeddingGradient(2, 2, [3], -1, ids, new Float32Array(4), [table]);
    }).toThrow(`embeddingGradient: argument ids has ${id} at 1 for a table of 3 rows.`);
  }
  expect(() => {
    addon.embeddingLookup(1, 2, [4], [table], [Int32Array.of(0)], new Float32Array(2));
  }).toThrow('argument tables has 6 elements in table 0 where 8 are expected.');
});
