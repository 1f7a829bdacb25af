// Reads the fixtures: gzip'd safetensors files, which PyTorch and transformers wrote. For tests only,
// so it trusts the files; @malmoi/safetensors is the reader that does not.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

import type { StateTensor } from '../src/index.ts';

/** A tensor of a fixture; int32 ones as Int32Array. */
export interface FixtureTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

interface HeaderEntry {
  readonly dtype: 'F32' | 'I32';
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** The tensors of `fixtures/<fixtureCase>/<name>.safetensors.gz` by name. */
export function readFixture(fixtureCase: string, name: string): Map<string, FixtureTensor> {
  const bytes = gunzipSync(readFixtureFile(fixtureCase, `${name}.safetensors.gz`));
  const headerLength = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + headerLength)) as Record<
    string,
    HeaderEntry
  >;
  return new Map(
    Object.entries(header).map(
      ([
        tensor,
        {
          dtype,
          shape,
          data_offsets: [begin, end],
        },
      ]) => {
        const start = 8 + headerLength;
        const copy = Uint8Array.from(bytes.subarray(start + begin, start + end)).buffer;
        return [
          tensor,
          { shape, data: dtype === 'F32' ? new Float32Array(copy) : new Int32Array(copy) },
        ];
      },
    ),
  );
}

/** The weights of a case. */
export function readWeights(fixtureCase: string): Map<string, StateTensor> {
  return new Map(
    [...readFixture(fixtureCase, 'model')].map(([name, { shape, data }]) => [
      name,
      { shape, data: Float32Array.from(data) },
    ]),
  );
}

/** A text file of a case. */
export function readFixtureText(fixtureCase: string, file: string): string {
  return readFixtureFile(fixtureCase, file).toString('utf8');
}

function readFixtureFile(fixtureCase: string, file: string): Buffer {
  return readFileSync(new URL(`./fixtures/${fixtureCase}/${file}`, import.meta.url));
}
