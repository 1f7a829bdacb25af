/* eslint-disable jest/no-export -- the test file of each backend runs this suite */
// What a backend must give for folders that transformers wrote: its outputs, and its bytes again. Written for
// a backend's name: describeCheckpointConformance('wasm', setUp).
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';

import { loadCheckpoint, saveCheckpoint, type SaveCheckpointOptions } from '../src/index.ts';
import { expectOutputsOf, fixtureFolder, readFolder } from './support/model-fixtures.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

/** Loads a fixture and saves it again, without a card. */
async function resave(
  fixture: string,
  options: SaveCheckpointOptions = {},
): Promise<Map<string, Buffer>> {
  const folder = join(temporaryFolder(), 'model');
  const { model } = await loadCheckpoint(fixtureFolder(fixture));
  await saveCheckpoint(folder, model, undefined, { modelCard: false, ...options });
  model.dispose();
  return readFolder(folder);
}

/** Compares whole files by name, tokenizers aside. */
function expectFilesOf(fixture: string, files: Map<string, Buffer>): void {
  const reference = new Map(
    [...readFolder(fixtureFolder(fixture))].filter(([name]) => !/token|vocab/.test(name)),
  );
  expect([...files.keys()]).toEqual([...reference.keys()]);
  for (const [name, content] of reference)
    expect([name, files.get(name)?.equals(content)]).toEqual([name, true]);
}

/**
 * Declares the suite.
 *
 * @param backend name as in `tf.setBackend`.
 * @param tolerance largest absolute difference from transformers' outputs.
 */
export function describeCheckpointConformance(
  backend: string,
  setUp: () => Promise<void>,
  tolerance: number,
): void {
  describe(`checkpoints on the ${backend} backend`, () => {
    beforeAll(setUp);

    test('is what computes', () => {
      expect(tf.getBackend()).toBe(backend);
    });

    describe('give the outputs of transformers', () => {
      test.each([
        ['pretraining', 'pretraining'],
        ['sharded', 'pretraining'],
        ['legacy', 'legacy'],
        ['float16', 'float16'],
        ['bfloat16', 'bfloat16'],
        ['untied', 'untied'],
        ['encoder', 'encoder'],
        ['sequence-classification', 'sequence-classification'],
      ])('%s', async (folder, outputs) => {
        const { model, report, config } = await loadCheckpoint(fixtureFolder(folder));
        expect(report).toMatchObject({ missing: [], unexpected: [], mismatched: [] });
        expect(config.architectures).toEqual([model.architecture]);
        expectOutputsOf(outputs, model, tolerance);
        model.dispose();
      });
    });

    describe('saved again are the bytes of transformers', () => {
      test.each(['pretraining', 'sequence-classification', 'untied', 'encoder'])(
        '%s',
        async (name) => {
          expectFilesOf(name, await resave(name));
        },
      );

      test('from old names to new ones', async () => {
        expectFilesOf('pretraining', await resave('legacy'));
      });

      test('in shards and out of them', async () => {
        expectFilesOf('sharded', await resave('pretraining', { maxShardSize: '6KB' }));
        expectFilesOf('sharded', await resave('sharded', { maxShardSize: 6000 }));
        expectFilesOf('pretraining', await resave('sharded'));
      });

      test.each([
        ['float16', 'F16'],
        ['bfloat16', 'BF16'],
      ] as const)('%s, rounded here and loaded from there', async (name, dtype) => {
        expectFilesOf(name, await resave('pretraining', { dtype }));
        expectFilesOf(name, await resave(name, { dtype }));
      });
    });
  });
}
