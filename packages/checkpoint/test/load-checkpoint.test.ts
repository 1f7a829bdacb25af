// Folders that transformers wrote load here: equal outputs, equal reports, typed errors, no tensor left.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, jest, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import {
  type ArchitectureName,
  BertConfigError,
  BertForMaskedLM,
  BertForPreTraining,
  type BertConfigOptions,
} from '@malmoi/bert-model';
import {
  openSafetensors,
  SafetensorsError,
  SafetensorsIndexError,
  serializeSafetensors,
} from '@malmoi/safetensors';
import { WordPieceError } from '@malmoi/wordpiece';

import {
  AmbiguousTensorError,
  CheckpointError,
  ConfigFileError,
  loadCheckpoint,
  type LoadCheckpointOptions,
  loadConfig,
  loadTokenizer,
  NotAModelFolderError,
  ShapeMismatchError,
  UnsupportedArchitectureError,
  VocabularyMismatchError,
} from '../src/index.ts';
import './support/cpu-backend.ts';
import { copyFixture, expectOutputsOf, fixtureFolder } from './support/model-fixtures.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

/** Loads, and fails on a warning that the test does not ask for. */
async function load<Name extends ArchitectureName = ArchitectureName>(
  folder: string,
  options: LoadCheckpointOptions<Name> = {},
): ReturnType<typeof loadCheckpoint<Name>> {
  return loadCheckpoint<Name>(folder, {
    onWarning: (message) => {
      throw new Error(`unexpected warning: ${message}`);
    },
    ...options,
  });
}

describe('folders that transformers wrote', () => {
  test('the tokenizer too', async () => {
    const { model, tokenizer } = await load(fixtureFolder('pretraining'), {
      architecture: 'BertForPreTraining',
    });
    expect(model).toBeInstanceOf(BertForPreTraining);
    expect(tokenizer?.vocabSize).toBe(60);
    expect(tokenizer?.encode('말모이 사전').inputIds).toEqual([2, 5, 6, 7, 8, 3]);
    model.dispose();
  });

  test('a tokenizer from vocab.txt, its special tokens from special_tokens_map.json', async () => {
    const vocab = readFileSync(join(fixtureFolder('pretraining'), 'vocab.txt'), 'utf8');
    const folder = copyFixture('pretraining', join(temporaryFolder(), 'model'), {
      'tokenizer.json': undefined,
      'tokenizer_config.json': undefined,
      'vocab.txt': vocab.replace('[UNK]', '<unk>').replace('[MASK]', '<mask>'),
      'special_tokens_map.json':
        '{"unk_token": "<unk>", "mask_token": {"content": "<mask>", "lstrip": false}}',
    });
    const { model, tokenizer } = await load(folder);
    // Without tokenizer_config.json text is lower-cased, as in transformers, which takes Hangul apart.
    expect(tokenizer?.encode('. <mask> 없다').inputIds).toEqual([2, 14, 4, 1, 3]);
    model.dispose();
  });

  test('a decoder that differs from the embeddings it should be tied to: not tied, with a warning', async () => {
    const warnings: string[] = [];
    const { model, config } = await load(fixtureFolder('decoder-differs'), {
      onWarning: (m) => warnings.push(m),
    });
    expect(warnings).toEqual([expect.stringMatching(/They are not tied/)]);
    expect(config.tieWordEmbeddings).toBe(false);
    expectOutputsOf('decoder-differs', model);
    model.dispose();
    // The encoder alone has no decoder to tie.
    const encoder = await load(fixtureFolder('decoder-differs'), {
      architecture: 'BertModel',
      onWarning: () => undefined,
    });
    expect(encoder.config.tieWordEmbeddings).toBe(true);
    encoder.model.dispose();
  });
});

describe('reports', () => {
  interface GoldenReport {
    architecture: ArchitectureName;
    folder: string;
    missing: string[];
    unexpected: string[];
    mismatched: [name: string, found: number[], expected: number[]][];
    table: string | null;
  }
  const golden = JSON.parse(readFileSync(fixtureFolder('reports.json'), 'utf8')) as GoldenReport[];

  /** What the generator changed on loading, by the shapes it reports. */
  const changes = (report: GoldenReport): BertConfigOptions => {
    if (report.mismatched.length === 0) return {};
    return report.architecture === 'BertModel'
      ? { maxPositionEmbeddings: 32, intermediateSize: 28 }
      : { numLabels: 5 };
  };

  test.each(golden)(
    'of $folder as $architecture, as from_pretrained gives it',
    async (reference) => {
      const warnings: string[] = [];
      const { model, report } = await load(fixtureFolder(reference.folder), {
        architecture: reference.architecture,
        config: changes(reference),
        ignoreMismatchedSizes: true,
        onWarning: (message) => warnings.push(message),
      });
      expect(report.missing).toEqual(reference.missing);
      expect([...report.unexpected].sort()).toEqual(reference.unexpected);
      expect(
        report.mismatched.map(({ name, found, expected }) => [name, found, expected]).sort(),
      ).toEqual(reference.mismatched);
      expect(warnings).toHaveLength(reference.table === null ? 0 : 1);
      model.dispose();
    },
  );

  test('new heads are drawn from the seed, and the warning names them', async () => {
    const warnings: string[] = [];
    const classifier = async (seed: number): Promise<Float32Array> => {
      const { model } = await load(fixtureFolder('pretraining'), {
        architecture: 'BertForSequenceClassification',
        seed,
        onWarning: (message) => warnings.push(message),
      });
      const weights = Float32Array.from(
        model.namedParameters().get('classifier.weight')?.dataSync() ?? [],
      );
      model.dispose();
      return weights;
    };
    const [first, again, other] = [await classifier(1), await classifier(1), await classifier(2)];
    expect(first).toHaveLength(32);
    expect(first.every((value) => value !== 0)).toBe(true);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(warnings[0]).toContain('classifier.weight');
    expect(warnings[0]).toContain('2 weights (MISSING, MISMATCH) were drawn anew with seed 1');
  });

  test('without a handler, Node.js is told', async () => {
    const emitWarning = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    try {
      const { model } = await loadCheckpoint(fixtureFolder('pretraining'), {
        architecture: 'BertModel',
      });
      model.dispose();
      expect(emitWarning.mock.calls).toEqual([
        [
          expect.stringContaining('BertModel LOAD REPORT'),
          { type: 'MalmoiWarning', code: 'MALMOI_LOAD_REPORT' },
        ],
      ]);
    } finally {
      emitWarning.mockRestore();
    }
  });
});

describe('what is refused', () => {
  const config = (changes: object): string =>
    JSON.stringify({
      ...(JSON.parse(
        readFileSync(join(fixtureFolder('pretraining'), 'config.json'), 'utf8'),
      ) as object),
      ...changes,
    });

  /** A copy of the pretraining folder with some files changed. */
  const changed = (files: Record<string, string | Uint8Array | undefined>): string =>
    copyFixture('pretraining', join(temporaryFolder(), 'model'), files);

  test.each(['/no/such/folder', './nothing', '../nothing', 'a/b/c', ''])(
    '%j is no model',
    async (source) => {
      await expect(load(source)).rejects.toThrow(NotAModelFolderError);
    },
  );

  test('a folder without config.json, or without weights', async () => {
    await expect(load(changed({ 'config.json': undefined }))).rejects.toThrow(
      /there is no config.json/,
    );
    const error: unknown = await load(
      changed({ 'model.safetensors': undefined, 'pytorch_model.bin': 'x' }),
    ).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(NotAModelFolderError);
    expect(error).toHaveProperty('message', expect.stringContaining('refs/pr/1'));
  });

  test.each([
    ['hidden size not divisible by heads', config({ num_attention_heads: 3 })],
    ['negative layers', config({ num_hidden_layers: -1 })],
    ['a vocabulary of 1e15', config({ vocab_size: 1e15 })],
    ['a number as a string', config({ hidden_size: '16' })],
    ['an unknown activation', config({ hidden_act: 'sine' })],
    ['dropout 1.5', config({ hidden_dropout_prob: 1.5 })],
    ['epsilon 0', config({ layer_norm_eps: 0 })],
    ['epsilon null', config({ layer_norm_eps: null })],
    ['500,000 levels of JSON', '['.repeat(500_000)],
    ['another model', config({ model_type: 'gpt2' })],
    ['not JSON', '{'],
  ])('config.json with %s', async (_, text) => {
    const folder = changed({ 'config.json': text });
    const error: unknown = await load(folder).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ConfigFileError);
    expect(error).toMatchObject({
      path: join(folder, 'config.json'),
      cause: expect.any(BertConfigError) as unknown,
    });
    expect((error as Error).message.length).toBeLessThan(700);
  });

  test.each([
    ['an unknown architecture', { architectures: ['BertForMultipleChoice'] }],
    ['no architecture', { architectures: null }],
  ])('config.json with %s, unless one is chosen', async (_, changes) => {
    const folder = changed({ 'config.json': config(changes) });
    await expect(load(folder)).rejects.toThrow(UnsupportedArchitectureError);
    const { model } = await load(folder, {
      architecture: 'BertForMaskedLM',
      onWarning: () => undefined,
    });
    expect(model).toBeInstanceOf(BertForMaskedLM);
    model.dispose();
  });

  test('a vocabulary larger than the file’s embeddings, before memory is taken for it', async () => {
    const folder = changed({ 'config.json': config({ vocab_size: 120_000_000 }) });
    const error: unknown = await load(folder).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ShapeMismatchError);
    expect(error).toMatchObject({
      report: {
        mismatched: [
          {
            name: 'bert.embeddings.word_embeddings.weight',
            expected: [120_000_000, 16],
            found: [60, 16],
          },
        ],
      },
    });
    expect(error).toHaveProperty('message', expect.stringContaining('ignoreMismatchedSizes'));
  });

  test('shapes of a head that differ', async () => {
    const options = { config: { numLabels: 7 } };
    const error: unknown = await load(fixtureFolder('sequence-classification'), options).catch(
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(ShapeMismatchError);
    expect(error).toHaveProperty('message', expect.stringMatching(/2 tensors have other shapes/));
  });

  test('a tokenizer with more tokens than embeddings', async () => {
    const vocab = readFileSync(join(fixtureFolder('pretraining'), 'vocab.txt'), 'utf8');
    const folder = changed({ 'tokenizer.json': undefined, 'vocab.txt': `${vocab}하나\n` });
    const error: unknown = await load(folder).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(VocabularyMismatchError);
    expect(error).toMatchObject({ tokenizerSize: 61, embeddingRows: 60 });
    const { model, tokenizer } = await load(folder, { tokenizer: false });
    expect(tokenizer).toBeUndefined();
    model.dispose();
  });

  test('a damaged tokenizer, a text file that is none', async () => {
    await expect(load(changed({ 'tokenizer.json': '{"model":{"type":"BPE"}}' }))).rejects.toThrow(
      WordPieceError,
    );
    await expect(load(changed({ 'config.json': new Uint8Array([0xff]) }))).rejects.toThrow(
      /is not valid UTF-8/,
    );
    const folder = changed({ 'config.json': undefined });
    mkdirSync(join(folder, 'config.json'));
    await expect(load(folder)).rejects.toThrow(CheckpointError);
  });

  test.each(['config.json', 'tokenizer.json', 'tokenizer_config.json'])(
    'a FIFO in place of %s, without waiting for it',
    async (name) => {
      const folder = changed({ [name]: undefined });
      execFileSync('mkfifo', [join(folder, name)]);
      await expect(load(folder)).rejects.toThrow(/is not a regular file/);
    },
  );

  test('a special_tokens_map.json that names no tokens', async () => {
    for (const text of ['[', '1', '{"unk_token": 3}']) {
      const folder = changed({
        'tokenizer.json': undefined,
        'tokenizer_config.json': undefined,
        'special_tokens_map.json': text,
      });
      await expect(load(folder)).rejects.toThrow(/special_tokens_map.json/);
    }
  });

  test('damaged weights', async () => {
    const weights = readFileSync(join(fixtureFolder('pretraining'), 'model.safetensors'));
    await expect(load(changed({ 'model.safetensors': weights.subarray(0, -1) }))).rejects.toThrow(
      SafetensorsError,
    );
    await expect(load(changed({ 'model.safetensors': '' }))).rejects.toThrow(SafetensorsError);
  });

  test('one weight under two names', async () => {
    const reader = openSafetensors(
      readFileSync(join(fixtureFolder('pretraining'), 'model.safetensors')),
    );
    const tensors = new Map(
      [...reader.tensors].map(([name, { dtype, shape }]) => [
        name,
        { dtype, shape, data: reader.tensorSync(name).bytes },
      ]),
    );
    const pooler = tensors.get('bert.pooler.dense.bias');
    if (pooler !== undefined) tensors.set('pooler.dense.bias', pooler);
    await expect(
      load(changed({ 'model.safetensors': serializeSafetensors(tensors) })),
    ).rejects.toThrow(AmbiguousTensorError);
  });

  describe('shards', () => {
    const index = readFileSync(
      join(fixtureFolder('sharded'), 'model.safetensors.index.json'),
      'utf8',
    );
    const sharded = (files: Record<string, string | undefined>): string =>
      copyFixture('sharded', join(temporaryFolder(), 'model'), files);

    test.each(['../x', '/etc/passwd', 'C:x', '\\\\host\\share', '..\\x', '..', ''])(
      'called %j',
      async (name) => {
        const text = index.replaceAll('"model-00001-of-00005.safetensors"', JSON.stringify(name));
        await expect(load(sharded({ 'model.safetensors.index.json': text }))).rejects.toThrow(
          SafetensorsIndexError,
        );
      },
    );

    test('that are links out of the folder', async () => {
      const name = 'model-00001-of-00005.safetensors';
      const folder = sharded({ [name]: undefined });
      symlinkSync(join(fixtureFolder('sharded'), name), join(folder, name));
      await expect(load(folder)).rejects.toThrow(/outside the folder/);
    });

    test('a tensor in two shards, a missing shard, a weight_map that is an array', async () => {
      const first = readFileSync(
        join(fixtureFolder('sharded'), 'model-00001-of-00005.safetensors'),
      );
      const folder = sharded({});
      writeFileSync(join(folder, 'model-00002-of-00005.safetensors'), first);
      await expect(load(folder)).rejects.toThrow(SafetensorsIndexError);
      await expect(
        load(sharded({ 'model-00003-of-00005.safetensors': undefined })),
      ).rejects.toThrow(SafetensorsIndexError);
      await expect(
        load(sharded({ 'model.safetensors.index.json': '{"weight_map":[]}' })),
      ).rejects.toThrow(SafetensorsIndexError);
    });
  });
});

describe('tensors', () => {
  test('a model is all that loading leaves, and nothing after dispose', async () => {
    const before = tf.memory().numTensors;
    const { model } = await load(fixtureFolder('pretraining'));
    expect(tf.memory().numTensors).toBe(before + model.namedTensors().size);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('a load that fails half-way leaves none', async () => {
    const before = tf.memory().numTensors;
    const options = { config: { numLabels: 7 } };
    await expect(load(fixtureFolder('sequence-classification'), options)).rejects.toThrow(
      ShapeMismatchError,
    );
    const reader = openSafetensors(
      readFileSync(join(fixtureFolder('pretraining'), 'model.safetensors')),
    );
    const tensors = [...reader.tensors].map(([name, { shape }]) => {
      const isPooler = name === 'bert.pooler.dense.bias';
      const data = isPooler ? new Int32Array(16) : reader.tensorSync(name).bytes;
      return [name, { dtype: isPooler ? 'I32' : 'F32', shape, data }] as const;
    });
    const folder = copyFixture('pretraining', join(temporaryFolder(), 'model'), {
      'model.safetensors': serializeSafetensors(tensors),
    });
    await expect(load(folder)).rejects.toThrow(/dtype I32 does not convert to float32/);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('parts of a model', () => {
  test('loadConfig and loadTokenizer give what loadCheckpoint gives', async () => {
    const folder = fixtureFolder('pretraining');
    const { model, config, tokenizer } = await load(folder);
    expect(await loadConfig(folder)).toEqual(config);
    expect((await loadTokenizer(folder))?.toTokenizerJson()).toBe(tokenizer?.toTokenizerJson());
    model.dispose();
  });

  test('a folder without either is told apart from one with a damaged one', async () => {
    const folder = temporaryFolder();
    expect(await loadTokenizer(folder)).toBeUndefined();
    await expect(loadConfig(folder)).rejects.toThrow(NotAModelFolderError);
    writeFileSync(join(folder, 'config.json'), '{"model_type": "bert", "hidden_size": -1}');
    await expect(loadConfig(folder)).rejects.toThrow(ConfigFileError);
    writeFileSync(join(folder, 'tokenizer.json'), '{');
    await expect(loadTokenizer(folder)).rejects.toThrow(WordPieceError);
  });
});
