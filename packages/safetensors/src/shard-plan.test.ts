import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';

import { SafetensorsWriteError } from './errors.ts';
import { parseShardSize, planShards } from './shard-plan.ts';

interface ReferencePlan {
  readonly lengths: readonly number[];
  readonly limit: number | string;
  readonly files: Readonly<Record<string, readonly string[]>>;
}

const plans = JSON.parse(
  readFileSync(new URL('../test/fixtures/shard-plans.json', import.meta.url), 'utf8'),
) as ReferencePlan[];

describe('planShards', () => {
  test.each(plans)(
    'splits $lengths at $limit as huggingface_hub does',
    ({ lengths, limit, files }) => {
      const sizes = lengths.map((length, i) => [`t${i}`, length] as const);
      // Sorted: the reference groups empty tensors, which all have the same address.
      const sorted = (names: readonly string[]): string[] => [...names].sort();
      const planned = planShards(sizes, limit).map(({ fileName, tensorNames }) => [
        fileName,
        sorted(tensorNames),
      ]);
      expect(planned).toEqual(Object.entries(files).map(([name, names]) => [name, sorted(names)]));
    },
  );

  test('no tensors make one empty file', () => {
    expect(planShards([])).toEqual([
      { fileName: 'model.safetensors', tensorNames: [], byteLength: 0 },
    ]);
  });

  test('every tensor is in one shard, and only a tensor over the limit makes a shard over it', () => {
    const lengths = fc.array(fc.nat(20), { maxLength: 30 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 30 }), (sizes, limit) => {
        const named = sizes.map((size, i) => [String(i), size] as const);
        const shards = planShards(named, limit);
        expect(shards.flatMap(({ tensorNames }) => tensorNames).sort()).toEqual(
          named.map(([name]) => name).sort(),
        );
        for (const { tensorNames, byteLength } of shards) {
          expect(byteLength).toBe(
            tensorNames.reduce((sum, name) => sum + (sizes[Number(name)] ?? 0), 0),
          );
          expect(byteLength <= limit || tensorNames.length === 1).toBe(true);
        }
      }),
    );
  });
});

describe('parseShardSize', () => {
  test.each([
    ['5GB', 5e9],
    ['1.5 MB', 1.5e6],
    [' 2kb ', 2000],
    ['1TB', 1e12],
    [123, 123],
  ])('%j is %d bytes', (size, bytes) => {
    expect(parseShardSize(size)).toBe(bytes);
  });

  test.each(['', '5', '5GiB', 'GB', '-1GB', '0MB', '1e3GB', '5 G B', 0, -1, 1.5, NaN, Infinity])(
    '%j is refused',
    (size) => {
      expect(() => parseShardSize(size)).toThrow(SafetensorsWriteError);
    },
  );
});
