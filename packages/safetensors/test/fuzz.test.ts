// Seeded mutations of valid files: whatever the bytes, a reader accepts them or throws its typed error,
// and what it accepts can be read and written again.

import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';

import {
  SafetensorsHeaderError,
  SafetensorsIndexError,
  openSafetensors,
  parseHeader,
  parseShardIndex,
  serializeSafetensors,
} from '../src/index.ts';
import { CORPUS } from './support/corpus.ts';

const SEED = 20261122;
const RUNS = 6000;

function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));
}

/** A small seeded generator (mulberry32) of integers below a bound. */
function randomIntegers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

/** Pieces that parsers trip over. */
const TOKENS = [
  '{', '}', '[', ']', '"', ':', ',', '\\u0000', '\\ud800', '\\', '-', '0', '1', '9007199254740993', '1e9',
  '18446744073709551615', '4294967296,4294967296,', 'null', 'true', '"dtype"', '"shape"', '"data_offsets"', '"__metadata__"', '"F32"',
  '"F4"', '"__proto__"', '[0,0]', '{}', ' ', '\n', '\u{1f600}',
].map((token) => new TextEncoder().encode(token)); // prettier-ignore

/** Up to three random changes: bits, bytes, tokens put in or over, ranges removed or doubled. */
function mutate(file: Uint8Array, below: (bound: number) => number): Uint8Array {
  let bytes = Array.from(file);
  for (let changes = below(4); changes > 0; changes--) {
    const at = below(bytes.length + 1);
    const token = TOKENS[below(TOKENS.length)] ?? new Uint8Array();
    const range = bytes.slice(at, at + 1 + below(16));
    const edits: (() => number[])[] = [
      () => bytes.with(Math.min(at, bytes.length - 1), below(256)),
      () => bytes.map((byte, i) => (i === at ? byte ^ (1 << below(8)) : byte)),
      () => bytes.toSpliced(at, 0, ...token),
      () => bytes.toSpliced(at, token.length, ...token),
      () => bytes.toSpliced(at, range.length),
      () => bytes.toSpliced(at, 0, ...range),
    ];
    if (bytes.length > 0) bytes = edits[below(edits.length)]?.() ?? bytes;
  }
  return Uint8Array.from(bytes);
}

/** Sets the header length so that the mutations reach the checks behind the first three. */
function withFittingLength(file: Uint8Array, dataLength: number): Uint8Array {
  if (file.length < 8 + dataLength) return file;
  new DataView(file.buffer).setBigUint64(0, BigInt(file.length - 8 - dataLength), true);
  return file;
}

describe('mutated files', () => {
  const golden = ['dtypes', 'names', 'scalar', 'metadata-only'].map((name) =>
    fixture(`${name}.safetensors`),
  );
  const crafted = CORPUS.map(({ bytes }) => bytes).filter((bytes) => bytes.length < 2000);

  test(`${RUNS} mutations (seed ${SEED}): accepted and readable, or a typed error`, () => {
    const below = randomIntegers(SEED);
    const rules = new Map<number, number>();
    for (let run = 0; run < RUNS; run++) {
      const seeds = below(3) === 0 ? golden : crafted;
      const seed = seeds[below(seeds.length)] ?? new Uint8Array();
      const mutant = mutate(seed, below);
      const file = below(4) === 0 ? mutant : withFittingLength(mutant, below(3));
      const rule = verdict(file, run);
      rules.set(rule, (rules.get(rule) ?? 0) + 1);
    }
    // The mutations reach every rule and enough valid files, or they prove little.
    for (let rule = 0; rule <= 17; rule++)
      expect([rule, rules.get(rule) ?? 0]).not.toEqual([rule, 0]);
    expect(rules.get(0)).toBeGreaterThan(50);
  });

  test('2,000 mutations of an index: accepted, or a typed error', () => {
    const below = randomIntegers(SEED);
    const seed = fixture('transformers-index.json');
    let accepted = 0;
    for (let run = 0; run < 2000; run++) {
      const file = mutate(seed, below);
      try {
        parseShardIndex(file, 'index');
        accepted++;
      } catch (error) {
        if (!(error instanceof SafetensorsIndexError)) throw untyped(run, file, error);
      }
    }
    expect(accepted).toBeGreaterThan(20);
    expect(accepted).toBeLessThan(1500);
  });
});

/** The rule that a file breaks, or 0; what is valid must survive being read and written. */
function verdict(file: Uint8Array, run: number): number {
  try {
    const reader = openSafetensors(file);
    const tensors = Array.from(reader.tensors.keys(), (name) => reader.tensorSync(name));
    const written = serializeSafetensors(tensors.map((view) => [view.name, view]));
    const again = openSafetensors(written);
    for (const { name, dtype, shape, bytes } of tensors) {
      expect(again.tensorSync(name)).toMatchObject({ dtype, shape, bytes });
    }
    return 0;
  } catch (error) {
    if (error instanceof SafetensorsHeaderError) return error.rule;
    throw untyped(run, file, error);
  }
}

function untyped(run: number, file: Uint8Array, cause: unknown): Error {
  const shown = Buffer.from(file).toString('base64');
  return new Error(`untyped throw in run ${run}: ${String(cause)}; the file: ${shown}`, { cause });
}

test.each(['dtypes', 'names', 'scalar', 'metadata-only', 'empty'])(
  '%s.safetensors cut to any length, or a byte longer, is refused',
  (name) => {
    const file = fixture(`${name}.safetensors`);
    const accepted = Array.from(file, (_, length) => length).filter((length) => {
      try {
        parseHeader(file.subarray(0, length));
        return true;
      } catch (error) {
        if (error instanceof SafetensorsHeaderError) return false;
        throw untyped(length, file, error);
      }
    });
    expect(accepted).toEqual([]);
    const longer = new Uint8Array(file.length + 1);
    longer.set(file);
    expect(() => parseHeader(longer)).toThrow(expect.objectContaining({ rule: 17 }));
  },
);
