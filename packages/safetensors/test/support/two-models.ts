// An old and a new model, and which of the two a reader finds.

import type { SafetensorsReader, TensorToWrite } from '../../src/index.ts';

type Named = [string, TensorToWrite];

/** Three tensors of 4,000 bytes each: 12,000 bytes of data, one shard each when shards hold 4,096. */
function tensorsOf(fill: number): Named[] {
  return ['a', 'b', 'c'].map((name) => [
    name,
    { dtype: 'F32', shape: [1000], data: new Float32Array(1000).fill(fill) },
  ]);
}

export const OLD_TENSORS = tensorsOf(1);
export const NEW_TENSORS = tensorsOf(2);

/** `old` or `new` if the reader has all of one model, else what it has. */
export async function whichModel(reader: SafetensorsReader): Promise<string> {
  const fills = new Set<number>();
  for (const name of ['a', 'b', 'c']) {
    for (const value of (await reader.tensor(name)).as('F32')) fills.add(value);
  }
  await reader.close();
  const found = [...fills].join(' and ');
  return (
    new Map([
      ['1', 'old'],
      ['2', 'new'],
    ]).get(found) ?? `a mix of ${found}`
  );
}
