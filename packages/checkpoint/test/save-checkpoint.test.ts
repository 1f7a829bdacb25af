// Folders written here are, byte by byte, what transformers wrote for the same weights; and a save that
// fails or is killed leaves the old model or the new one.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import {
  architectureNames,
  type BertPreTrainedModel,
  createBertConfig,
  createModel,
} from '@malmoi/bert-model';
import { openSafetensors } from '@malmoi/safetensors';
import {
  type DurableFileSystem,
  DurableWriteError,
  isTemporaryName,
  nodeFileSystem,
} from '@malmoi/safetensors/node';
import { WordPieceTokenizer } from '@malmoi/wordpiece';

import {
  FolderNotEmptyError,
  loadCheckpoint,
  saveCheckpoint,
  type SaveCheckpointOptions,
  VocabularyMismatchError,
  WeightRangeError,
} from '../src/index.ts';
import './support/cpu-backend.ts';
import { expectOutputsOf, fixtureFolder, readFolder } from './support/model-fixtures.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

// Hundreds of saves: seconds on an idle machine, more on a busy one.
jest.setTimeout(120_000);

const tinyConfig = createBertConfig({
  vocabSize: 12,
  hiddenSize: 8,
  numHiddenLayers: 1,
  numAttentionHeads: 2,
  intermediateSize: 8,
  maxPositionEmbeddings: 8,
});

test('a saved file says what it holds: names, shapes, dtype, metadata', async () => {
  const folder = join(temporaryFolder(), 'model');
  const { model } = await loadCheckpoint(fixtureFolder('pretraining'));
  await saveCheckpoint(folder, model, undefined, { dtype: 'BF16' });
  model.dispose();
  const reader = openSafetensors(readFileSync(join(folder, 'model.safetensors')));
  expect(reader.metadata).toEqual(new Map([['format', 'pt']]));
  expect(reader.tensors.get('bert.embeddings.word_embeddings.weight')).toMatchObject({
    dtype: 'BF16',
    shape: [60, 16],
  });
  expect([...reader.tensors.keys()].filter((name) => name.includes('decoder'))).toEqual([]);
});

describe('a round trip', () => {
  test.each(architectureNames)('%s', async (architecture) => {
    const folder = join(temporaryFolder(), 'model');
    const model = createModel(architecture, tinyConfig, { seed: 3 });
    await saveCheckpoint(folder, model);
    const loaded = await loadCheckpoint(folder, { architecture, seed: 9 });
    expect(loaded.report).toMatchObject({ missing: [], unexpected: [], mismatched: [] });
    expect(loaded.config).toMatchObject({ architectures: [architecture], hiddenSize: 8 });
    expect(loaded.model.stateDict()).toEqual(model.stateDict());
    expect(readdirSync(folder)).toEqual(['README.md', 'config.json', 'model.safetensors']);
    model.dispose();
    loaded.model.dispose();
  });

  test('of Malmoi’s own switches: sinusoidal positions, an untied head without a transform', async () => {
    const config = createBertConfig({
      ...{
        vocabSize: 12,
        hiddenSize: 8,
        numHiddenLayers: 1,
        numAttentionHeads: 2,
        intermediateSize: 8,
      },
      ...{
        maxPositionEmbeddings: 8,
        positionEmbeddings: 'sinusoidal',
        mlmTransform: false,
        tieWordEmbeddings: false,
      },
    });
    const folder = join(temporaryFolder(), 'model');
    const model = createModel('BertForMaskedLM', config, { seed: 3 });
    await saveCheckpoint(folder, model);
    const loaded = await loadCheckpoint(folder, { architecture: 'BertForMaskedLM' });
    expect(loaded.config).toMatchObject({ positionEmbeddings: 'sinusoidal', mlmTransform: false });
    expect(loaded.model.stateDict()).toEqual(model.stateDict());
    model.dispose();
    loaded.model.dispose();
  });

  test('with a tokenizer and a card', async () => {
    const folder = join(temporaryFolder(), 'korean-bert');
    const { model, tokenizer } = await loadCheckpoint(fixtureFolder('pretraining'));
    await saveCheckpoint(folder, model, tokenizer, {
      modelCard: { language: 'ko', training: { Steps: 10 } },
    });
    model.dispose();
    expect(readdirSync(folder)).toEqual([
      'README.md',
      'config.json',
      'model.safetensors',
      'tokenizer.json',
      'tokenizer_config.json',
      'vocab.txt',
    ]);
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toMatch(
      /# korean-bert\n[^]*\| Parameters \| 5,998 \|[^]*\| Steps \| 10 \|/,
    );
    expect(readFileSync(join(folder, 'vocab.txt'))).toEqual(
      readFileSync(join(fixtureFolder('pretraining'), 'vocab.txt')),
    );
    const again = await loadCheckpoint(folder);
    expectOutputsOf('pretraining', again.model);
    expect(again.tokenizer?.encode('말모이 사전.')).toEqual(tokenizer?.encode('말모이 사전.'));
    again.model.dispose();
  });

  test('leaves no tensor behind', async () => {
    const model = createModel('BertForMaskedLM', tinyConfig);
    const before = tf.memory().numTensors;
    await saveCheckpoint(join(temporaryFolder(), 'model'), model);
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});

describe('what is refused, with nothing written', () => {
  let model: BertPreTrainedModel;
  beforeAll(() => {
    model = createModel('BertForMaskedLM', tinyConfig);
  });

  test('a folder in use', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'thesis.txt'), 'mine');
    await expect(saveCheckpoint(folder, model)).rejects.toThrow(FolderNotEmptyError);
    expect(readdirSync(folder)).toEqual(['thesis.txt']);
    await saveCheckpoint(folder, model, undefined, { overwrite: true });
    await expect(saveCheckpoint(folder, model)).rejects.toThrow(/overwrite: true/);
    expect(readFileSync(join(folder, 'thesis.txt'), 'utf8')).toBe('mine');
  });

  test('a tokenizer with more tokens than embeddings', async () => {
    const tokens = [
      '[PAD]',
      '[UNK]',
      '[CLS]',
      '[SEP]',
      '[MASK]',
      'a',
      'b',
      'c',
      'd',
      'e',
      'f',
      'g',
      'h',
    ];
    const folder = join(temporaryFolder(), 'model');
    await expect(
      saveCheckpoint(folder, model, WordPieceTokenizer.fromVocab(tokens)),
    ).rejects.toThrow(VocabularyMismatchError);
    expect(existsSync(folder)).toBe(false);
  });

  test.each([
    ['F16', 65_520, 65_519],
    ['BF16', 3.4e38, 3.38e38],
  ] as const)('a weight too large for %s', async (dtype, tooLarge, fits) => {
    const parent = temporaryFolder();
    const state = model.stateDict();
    const bias = state.get('cls.predictions.bias')?.data ?? new Float32Array();
    bias[4] = fits;
    model.loadStateDict(state);
    await saveCheckpoint(join(parent, 'fits'), model, undefined, { dtype });
    bias[3] = -tooLarge;
    model.loadStateDict(state);
    const error: unknown = await saveCheckpoint(join(parent, 'model'), model, undefined, {
      dtype,
    }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(WeightRangeError);
    expect(error).toMatchObject({ tensor: 'cls.predictions.bias', index: 3 });
    expect(readdirSync(parent)).toEqual(['fits']);
  });

  test('infinite and undefined weights are saved as they are', async () => {
    const state = model.stateDict();
    const bias = state.get('cls.predictions.bias')?.data ?? new Float32Array();
    bias.set([Infinity, -Infinity, NaN, 0, 0]);
    model.loadStateDict(state);
    const folder = join(temporaryFolder(), 'model');
    await saveCheckpoint(folder, model, undefined, { dtype: 'F16' });
    const loaded = await loadCheckpoint(folder);
    expect(
      [...(loaded.model.stateDict().get('cls.predictions.bias')?.data ?? [])].slice(0, 4),
    ).toEqual([Infinity, -Infinity, NaN, 0]);
    loaded.model.dispose();
  });
});

describe('over an older model', () => {
  test.each([
    [{}, { maxShardSize: '6KB' }],
    [{ maxShardSize: '6KB' }, {}],
    [{ maxShardSize: '6KB' }, { maxShardSize: '6KB', dtype: 'F16' }],
    [{ maxShardSize: '6KB' }, { maxShardSize: '12KB' }],
  ] as [SaveCheckpointOptions, SaveCheckpointOptions][])(
    '%j, then %j: only the new weights',
    async (first, second) => {
      const parent = temporaryFolder();
      const { model } = await loadCheckpoint(fixtureFolder('pretraining'));
      await saveCheckpoint(join(parent, 'over'), model, undefined, first);
      writeFileSync(join(parent, 'over', 'trainer_state.json'), '{}');
      await saveCheckpoint(join(parent, 'over'), model, undefined, { ...second, overwrite: true });
      await saveCheckpoint(join(parent, 'fresh', 'over'), model, undefined, second);
      model.dispose();
      const files = readFolder(join(parent, 'over'));
      expect(files.get('trainer_state.json')?.toString()).toBe('{}');
      files.delete('trainer_state.json');
      expect(files).toEqual(readFolder(join(parent, 'fresh', 'over')));
    },
  );
});

describe('a save that goes wrong', () => {
  /** Fails at one call; with `dead`, at all calls from there on, which leaves the disk as a kill would. */
  function failing(
    at: number,
    dead: boolean,
  ): { fileSystem: DurableFileSystem; calls: () => number } {
    let calls = 0;
    const guard =
      <Arguments extends unknown[], Result>(
        action: (...parameters: Arguments) => Promise<Result>,
      ) =>
      async (...parameters: Arguments): Promise<Result> => {
        const call = calls++;
        if (call === at || (dead && call > at))
          throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', errno: -28 });
        return action(...parameters);
      };
    const open = guard(async (...parameters: Parameters<DurableFileSystem['open']>) => {
      const handle = await nodeFileSystem.open(...parameters);
      return {
        write: guard(handle.write.bind(handle)),
        // Counted, not done: a test cannot see it, and it costs most of the time.
        sync: guard(async () => Promise.resolve()),
        close: handle.close.bind(handle),
      };
    });
    const fileSystem = {
      open,
      rename: guard(nodeFileSystem.rename.bind(nodeFileSystem)),
      unlink: guard(nodeFileSystem.unlink.bind(nodeFileSystem)),
      removeFolder: guard(nodeFileSystem.removeFolder.bind(nodeFileSystem)),
    };
    return { fileSystem, calls: () => calls };
  }

  /** Old: one file of float32. New: shards of bfloat16. Recognisable by their values. */
  const newOptions = { overwrite: true, maxShardSize: 2000, dtype: 'BF16' } as const;
  let oldFiles: Map<string, Buffer>;
  let next: BertPreTrainedModel;
  let states: Map<string, ReturnType<BertPreTrainedModel['stateDict']>>;

  beforeAll(async () => {
    const parent = temporaryFolder();
    states = new Map();
    for (const [name, seed] of [
      ['old', 1],
      ['new', 2],
    ] as const) {
      const model = createModel('BertModel', tinyConfig, { seed });
      await saveCheckpoint(join(parent, name), model, undefined, name === 'new' ? newOptions : {});
      const saved = await loadCheckpoint(join(parent, name));
      states.set(name, saved.model.stateDict());
      saved.model.dispose();
      if (name === 'new') next = model;
    }
    oldFiles = readFolder(join(parent, 'old'));
  });

  function oldFolder(): string {
    const folder = join(temporaryFolder(), 'model');
    mkdirSync(folder);
    for (const [name, content] of oldFiles) writeFileSync(join(folder, name), content);
    return folder;
  }

  /** Which model a folder holds, whole: 'old' or 'new'. */
  async function whichModel(folder: string): Promise<string> {
    const { model, config } = await loadCheckpoint(folder);
    const values = model.stateDict();
    model.dispose();
    const [found] = [...states].find(([, state]) =>
      [...state].every(([name, { data }]) =>
        data.every((value, i) => value === values.get(name)?.data[i]),
      ),
    ) ?? ['neither'];
    return config.dtype === (found === 'old' ? 'float32' : 'bfloat16') ? found : 'a mixture';
  }

  test.each([false, true])('at every call in turn (killed: %s)', async (dead) => {
    const counting = failing(Infinity, false);
    await saveCheckpoint(oldFolder(), next, undefined, {
      ...newOptions,
      fileSystem: counting.fileSystem,
    });
    const found: string[] = [];
    for (let at = 0; at < counting.calls(); at++) {
      const folder = oldFolder();
      const { fileSystem } = failing(at, dead);
      const error: unknown = await saveCheckpoint(folder, next, undefined, {
        ...newOptions,
        fileSystem,
      }).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(DurableWriteError);
      expect(error).toMatchObject({
        errno: 'ENOSPC',
        path: expect.stringContaining(folder) as unknown,
      });
      found.push(await whichModel(folder));
    }
    expect(new Set(found)).toEqual(new Set(['old', 'new']));
    // The switch happens once: old before it, new after it.
    expect(found.lastIndexOf('old')).toBeLessThan(found.indexOf('new'));
    expect(found.length).toBeGreaterThan(30);
  });

  test('and saved again: the new model, and nothing else left', async () => {
    const folder = oldFolder();
    const { fileSystem } = failing(20, true);
    await expect(
      saveCheckpoint(folder, next, undefined, { ...newOptions, fileSystem }),
    ).rejects.toThrow();
    expect(readdirSync(folder).some((name) => isTemporaryName(name))).toBe(true);
    await saveCheckpoint(folder, next, undefined, newOptions);
    expect(await whichModel(folder)).toBe('new');
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('a new folder: nothing, or the whole model', async () => {
    const counting = failing(Infinity, false);
    const { fileSystem: counted } = counting;
    await saveCheckpoint(join(temporaryFolder(), 'model'), next, undefined, {
      fileSystem: counted,
      dtype: 'BF16',
    });
    for (let at = 0; at < counting.calls(); at++) {
      const parent = temporaryFolder();
      const folder = join(parent, 'model');
      const { fileSystem } = failing(at, false);
      await expect(
        saveCheckpoint(folder, next, undefined, { fileSystem, dtype: 'BF16' }),
      ).rejects.toThrow(DurableWriteError);
      expect(existsSync(folder) ? await whichModel(folder) : 'nothing').toMatch(/^(nothing|new)$/);
      expect(readdirSync(parent).filter((name) => name !== 'model')).toEqual([]);
    }
  });

  test('a full disk, really', async () => {
    const parent = temporaryFolder();
    mkdirSync(join(parent, 'model'));
    const model = createModel('BertModel', tinyConfig);
    const full: DurableFileSystem = {
      ...nodeFileSystem,
      // Every write goes to the device that is always full.
      open: async (path, flags, mode) => {
        if (flags === 'r') return nodeFileSystem.open(path, flags, mode);
        const device = await nodeFileSystem.open('/dev/full', 'r');
        await device.close();
        const { open } = await import('node:fs/promises');
        return open('/dev/full', 'w');
      },
    };
    const error: unknown = await saveCheckpoint(join(parent, 'model'), model, undefined, {
      fileSystem: full,
    }).catch((e: unknown) => e);
    expect(error).toMatchObject({ name: 'DurableWriteError', errno: 'ENOSPC' });
    expect(readdirSync(join(parent, 'model'))).toEqual([]);
    model.dispose();
  });
});
