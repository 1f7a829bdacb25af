// What a run leaves on disk: which files, how many checkpoints, and what counts as one.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { FolderLockedError, lockFolder } from '@malmoi/datasets/node';
import { useBackend } from '@malmoi/ops';
import { DurableWriteError } from '@malmoi/safetensors/node';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from '@jest/globals';

import {
  createTrainingArguments,
  findLastCheckpoint,
  JsonLogCallback,
  NoCheckpointError,
  OutputDirNotEmptyError,
  ResumeMismatchError,
  TensorBoardCallback,
  Trainer,
} from '../src/index.ts';
import { failingFileSystem } from './support/file-systems.ts';
import { numbersData, oneWeight, oneWeightTask } from './support/one-weight.ts';
import { oneWeightRun } from './support/one-weight-run.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const whole = { folder: '', weight: NaN };
const checkpointFiles = [
  'manifest.json',
  'model.safetensors',
  'optimizer.safetensors',
  'rng_state.json',
  'trainer_state.json',
  'training_args.json',
];

beforeAll(async () => {
  await useBackend('cpu');
  whole.folder = temporaryFolder();
  whole.weight = (await oneWeightRun(whole.folder)).weight;
});

/** The folder of a run with two checkpoints, of steps 1 and 2. */
function copyOfTwo(): string {
  const folder = temporaryFolder();
  for (const name of ['checkpoint-1', 'checkpoint-2']) {
    cpSync(join(whole.folder, name), join(folder, name), { recursive: true });
  }
  return folder;
}

describe('files', () => {
  test('a checkpoint has the files and fields that the field knows', () => {
    const folder = join(whole.folder, 'checkpoint-5');
    expect(readdirSync(folder)).toEqual(checkpointFiles);
    const state = JSON.parse(readFileSync(join(folder, 'trainer_state.json'), 'utf8')) as object;
    expect(Object.keys(state).sort()).toEqual([
      'best_metric',
      'best_model_checkpoint',
      'epoch',
      'eval_steps',
      'global_step',
      'log_history',
      'logging_steps',
      'max_steps',
      'num_input_tokens_seen',
      'num_train_epochs',
      'save_steps',
      'stateful_callbacks',
      'total_flos',
      'train_batch_size',
    ]);
    expect(state).toMatchObject({
      global_step: 5,
      max_steps: 5,
      num_input_tokens_seen: 9,
      epoch: 1 + 2 / 3,
    });
    const args = JSON.parse(readFileSync(join(folder, 'training_args.json'), 'utf8')) as object;
    expect(args).toMatchObject({
      learning_rate: 0.1,
      adam_beta1: 0.9,
      lr_scheduler_type: 'linear',
    });
  });
});

describe('secrets', () => {
  test('of the environment are in no file', async () => {
    const canary = 'hf_canary7c1e';
    process.env['HF_TOKEN'] = canary;
    const folder = temporaryFolder();
    await oneWeightRun(folder, {
      args: { loggingSteps: 1 },
      callbacks: [new JsonLogCallback(), new TensorBoardCallback()],
    });
    delete process.env['HF_TOKEN'];
    const files = readdirSync(folder, { recursive: true, withFileTypes: true });
    const contents = files
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
    expect(contents.length).toBeGreaterThan(30);
    expect(contents.filter((bytes) => bytes.includes(canary))).toEqual([]);
  });
});

describe('the model alone', () => {
  test('is saved into the output folder, over an older one', async () => {
    const folder = temporaryFolder();
    const weight = oneWeight();
    const trainer = new Trainer({
      task: oneWeightTask(weight),
      trainData: numbersData([1]),
      args: createTrainingArguments({ outputDir: folder, maxSteps: 1 }),
    });
    await trainer.saveModel();
    const before = readFileSync(join(folder, 'model.safetensors'));
    weight.assign(tf.scalar(7));
    await trainer.saveModel();
    expect(readFileSync(join(folder, 'model.safetensors'))).not.toEqual(before);
    expect(readdirSync(folder)).toEqual(['model.safetensors']);
    weight.dispose();
  });
});

describe('partial checkpoints', () => {
  const subsets = Array.from({ length: 2 ** checkpointFiles.length - 1 }, (_, i) =>
    checkpointFiles.filter((_name, bit) => ((i + 1) >> bit) % 2 === 1),
  );

  test('every subset of missing files is passed over with a warning', async () => {
    expect(subsets).toHaveLength(63);
    const folder = copyOfTwo();
    for (const missing of subsets) {
      const damaged = join(folder, 'checkpoint-2');
      rmSync(damaged, { recursive: true });
      cpSync(join(whole.folder, 'checkpoint-2'), damaged, { recursive: true });
      for (const name of missing) rmSync(join(damaged, name));
      const warnings: string[] = [];
      const found = await findLastCheckpoint(folder, (message) => warnings.push(message));
      expect(found?.step).toBe(1);
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain(damaged);
    }
  });

  test.each(checkpointFiles)('a changed byte in %s is noticed', async (name) => {
    const folder = copyOfTwo();
    const path = join(folder, 'checkpoint-2', name);
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    expect((await findLastCheckpoint(folder, () => undefined))?.step).toBe(1);
  });

  test('a run goes on from the whole one and replaces the partial one', async () => {
    const folder = copyOfTwo();
    rmSync(join(folder, 'checkpoint-2', 'optimizer.safetensors'));
    const warnings: string[] = [];
    const { weight } = await oneWeightRun(folder, {
      args: { resumeFromCheckpoint: true },
      onWarning: (message) => warnings.push(message),
    });
    expect(warnings.join()).toContain('optimizer.safetensors is missing');
    expect(weight).toBe(whole.weight);
    const last = await findLastCheckpoint(folder, () => undefined);
    expect(last?.step).toBe(5);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('without any whole one, resuming is an error', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'checkpoint-2'));
    const args = { resumeFromCheckpoint: true };
    const onWarning = (): void => undefined;
    await expect(oneWeightRun(folder, { args, onWarning })).rejects.toThrow(NoCheckpointError);
  });

  test('a manifest cannot name files elsewhere', async () => {
    const folder = copyOfTwo();
    const path = join(folder, 'checkpoint-2', 'manifest.json');
    const files = { '../checkpoint-1/manifest.json': { size: 1, sha256: '' } };
    writeFileSync(path, JSON.stringify({ version: 1, files }));
    const warnings: string[] = [];
    await findLastCheckpoint(folder, (message) => warnings.push(message));
    expect(warnings[0]).toContain('outside the folder');
  });
});

describe('a failed save', () => {
  test('leaves the older checkpoint whole, at whatever call it fails or dies', async () => {
    const args = { resumeFromCheckpoint: join(whole.folder, 'checkpoint-1'), maxSteps: 2 };
    const onWarning = (): void => undefined;
    const counting = failingFileSystem({ failAt: Infinity, isFatal: false });
    await oneWeightRun(temporaryFolder(), { args, onWarning, fileSystem: counting });
    expect(counting.calls).toBeGreaterThan(40);

    for (const isFatal of [false, true]) {
      for (let failAt = 0; failAt < counting.calls; failAt++) {
        const folder = temporaryFolder();
        cpSync(join(whole.folder, 'checkpoint-1'), join(folder, 'checkpoint-1'), {
          recursive: true,
        });
        const fileSystem = failingFileSystem({ failAt, isFatal });
        const failed = oneWeightRun(folder, { args, onWarning, fileSystem });
        await expect(failed).rejects.toThrow(DurableWriteError);
        const last = await findLastCheckpoint(folder, () => undefined);
        // After the rename of the folder only its sync is left: then the new one stands.
        expect(last?.step).toBe(failAt < counting.calls - 3 ? 1 : 2);
        const left = readdirSync(folder).filter((name) => name.startsWith('.'));
        // The files as they were written, and as they were gathered to be synced.
        expect(left.length).toBeLessThanOrEqual(isFatal ? 2 : 0);
      }
    }
  }, 240_000);

  test('names the path and the errno', async () => {
    const folder = temporaryFolder();
    const fileSystem = failingFileSystem({ failAt: 3, isFatal: true, errno: 'EIO' });
    const error: unknown = await oneWeightRun(folder, { fileSystem }).catch((e: unknown) => e);
    expect(error).toMatchObject({ errno: 'EIO' });
    expect(String(error)).toContain(folder);
  });
});

describe('the number of checkpoints', () => {
  const names = (folder: string): string[] =>
    readdirSync(folder).filter((name) => name.startsWith('checkpoint-'));

  test('is limited; the newest stay', async () => {
    const folder = temporaryFolder();
    await oneWeightRun(folder, { args: { saveTotalLimit: 2 } });
    expect(names(folder)).toEqual(['checkpoint-4', 'checkpoint-5']);
  });

  test('the best stays, and is loaded at the end', async () => {
    // The weight rises from 0 and passes 0.2 after the second update.
    const folder = temporaryFolder();
    const { state, weight } = await oneWeightRun(folder, {
      args: {
        saveTotalLimit: 1,
        evalStrategy: 'steps',
        evalSteps: 1,
        loadBestModelAtEnd: true,
        lrSchedulerType: 'constant',
      },
      evalData: numbersData([0.2]),
    });
    expect(state.bestStep).toBe(2);
    expect(names(folder)).toEqual(['checkpoint-2', 'checkpoint-5']);
    expect(weight).toBeCloseTo(0.2, 2);
    const saved = readFileSync(join(folder, 'checkpoint-5', 'trainer_state.json'), 'utf8');
    expect(JSON.parse(saved)).toMatchObject({
      best_model_checkpoint: join(folder, 'checkpoint-2'),
      best_metric: state.bestMetric,
    });
  });
});

describe('the output folder', () => {
  test('is refused when it holds something', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    await expect(oneWeightRun(folder)).rejects.toThrow(OutputDirNotEmptyError);
    expect(readdirSync(folder)).toEqual(['notes.txt']);
  });

  test('overwriting deletes its checkpoints and nothing else', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    cpSync(join(whole.folder, 'checkpoint-5'), join(folder, 'checkpoint-900'), { recursive: true });
    await oneWeightRun(folder, { args: { overwriteOutputDir: true, saveSteps: 5 } });
    expect(readdirSync(folder)).toEqual(['checkpoint-5', 'notes.txt']);
  });

  test('belongs to one run at a time', async () => {
    const folder = temporaryFolder();
    const runs = Array.from({ length: 20 }, () => oneWeightRun(folder));
    const results = await Promise.allSettled(runs);
    const failures = results.filter((result) => result.status === 'rejected');
    expect(failures).toHaveLength(19);
    for (const { reason } of failures) expect(reason).toBeInstanceOf(FolderLockedError);
    expect(existsSync(join(folder, '.lock'))).toBe(false);
  });

  test('is free again after an error', async () => {
    const folder = temporaryFolder();
    const callbacks = [
      {
        onStepEnd: () => {
          throw new Error('mine');
        },
      },
    ];
    const before = tf.memory().numTensors;
    await expect(oneWeightRun(folder, { callbacks })).rejects.toThrow('mine');
    expect(tf.memory().numTensors).toBe(before);
    await using lock = await lockFolder(folder);
    expect(lock.path).toContain(folder);
  });
});

describe('what a run is resumed with', () => {
  const resume = { resumeFromCheckpoint: true };

  test('other data is an error', async () => {
    const other = oneWeightRun(copyOfTwo(), { args: resume, numbers: [1, 2, 3, 4, 6] });
    await expect(other).rejects.toThrow(ResumeMismatchError);
    await expect(other).rejects.toMatchObject({ part: 'data' });
  });

  test('another optimizer is an error', async () => {
    const other = oneWeightRun(copyOfTwo(), {
      args: { ...resume, optim: 'lamb' },
      onWarning: () => undefined,
    });
    await expect(other).rejects.toMatchObject({ part: 'optimizer' });
  });

  test('another model is an error', async () => {
    const files = {
      save: () => Promise.resolve(),
      load: () => Promise.resolve(),
      configuration: 'another',
    };
    const other = oneWeightRun(copyOfTwo(), { args: resume, modelFiles: files });
    await expect(other).rejects.toMatchObject({ part: 'model' });
  });
});
