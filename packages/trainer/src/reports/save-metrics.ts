// The figures of a training or an evaluation as transformers' Trainer.save_metrics keeps them: in a file of their
// own, and among those of all_results.json.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { nodeFileSystem, writeFileDurably, type DurableFileSystem } from '@malmoi/safetensors/node';

import type { LogRow } from '../loop/trainer-state.ts';
import { TrainerError } from '../trainer-error.ts';
import { metricsJson } from './metrics-json.ts';

const ALL_RESULTS = 'all_results.json';

/** An `all_results.json` that figures cannot be added to. Nothing has been written. */
export class ResultsFileError extends TrainerError {
  override readonly name = 'ResultsFileError';
  readonly path: string;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`${path}: ${problem}. Correct it, delete it, or choose another folder.`, options);
    this.path = path;
  }
}

/**
 * Writes `<split>_results.json`, and puts the same figures into `all_results.json`, where others stay.
 *
 * @param folder made if need be.
 * @param split whose figures they are: `train`, `eval` or `test`.
 * @throws ResultsFileError when `all_results.json` is there and holds no JSON object.
 * @throws DurableWriteError with path and errno.
 */
export async function saveMetrics(
  folder: string,
  split: string,
  metrics: LogRow,
  fileSystem: DurableFileSystem = nodeFileSystem,
): Promise<void> {
  const earlier = await readResults(join(folder, ALL_RESULTS));
  await mkdir(folder, { recursive: true });
  const write = (name: string, row: Readonly<Record<string, unknown>>): Promise<unknown> =>
    writeFileDurably(join(folder, name), metricsJson(row), { fileSystem });
  await write(`${split}_results.json`, metrics);
  await write(ALL_RESULTS, { ...earlier, ...metrics });
}

async function readResults(path: string): Promise<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return {};
    throw new ResultsFileError(path, 'cannot be read as JSON', { cause: error });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new ResultsFileError(path, 'holds no JSON object');
}
