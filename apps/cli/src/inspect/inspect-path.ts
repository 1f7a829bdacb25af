// Finds out what a path holds, by its contents and not by its name alone, and summarizes it.
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { CommandError } from '../errors/command-error.ts';
import { pathKind } from '../files/load-tokenizer.ts';
import { modelFolderSummary } from './model-folder.ts';
import { configSummary, trainerStateSummary } from './json-files.ts';
import { safetensorsSummary } from './safetensors-file.ts';
import { shardSetSummary } from './shard-set.ts';
import type { Summary } from './summary.ts';
import { tokenizerSummary } from './tokenizer.ts';

/** Larger JSON files are none of ours. */
const MAX_JSON_BYTES = 256 << 20;

/** Summarizes a file or folder. @param showAll every tensor, instead of the first ones */
export async function inspectPath(path: string, showAll: boolean): Promise<Summary> {
  return (await pathKind(path, 'path')) === 'folder'
    ? inspectFolder(path, showAll)
    : inspectFile(path, showAll);
}

async function inspectFolder(path: string, showAll: boolean): Promise<Summary> {
  const names = await readdir(path);
  const has = (...wanted: string[]): boolean => wanted.some((name) => names.includes(name));
  if (has('config.json', 'model.safetensors', 'model.safetensors.index.json')) {
    return modelFolderSummary(path, names, showAll);
  }
  if (has('index.json')) return shardSetSummary(path);
  if (has('tokenizer.json', 'vocab.txt')) return tokenizerSummary(path);
  const checkpoints = names.filter((name) => /^checkpoint-\d+$/.test(name));
  const advice =
    checkpoints.length > 0
      ? ` It holds ${checkpoints.length} checkpoints: inspect ${join(path, checkpoints[0] ?? '')}.`
      : '';
  throw new CommandError(
    `${path}: the folder holds no model, tokenizer or shards ` +
      `(expected config.json, model.safetensors, tokenizer.json, vocab.txt or index.json).${advice}`,
  );
}

async function inspectFile(path: string, showAll: boolean): Promise<Summary> {
  const name = basename(path).toLowerCase();
  if (name.endsWith('.safetensors')) return safetensorsSummary(path, showAll);
  if (name.endsWith('.json')) return inspectJson(path, showAll);
  if (name.endsWith('.txt')) return tokenizerSummary(path);
  throw new CommandError(
    `${path}: expected a folder, or a file that ends in .safetensors, .json or .txt (a vocabulary).`,
  );
}

async function inspectJson(path: string, showAll: boolean): Promise<Summary> {
  const { size } = await stat(path);
  if (size > MAX_JSON_BYTES) {
    throw new CommandError(`${path}: ${size} bytes of JSON are more than any file of ours has.`);
  }
  const value = parseObject(await readFile(path, 'utf8'), path);
  if (value['format'] === 'malmoi-token-shards') return shardSetSummary(path);
  if ('weight_map' in value) return safetensorsSummary(path, showAll);
  if ('model' in value) return tokenizerSummary(path);
  if ('global_step' in value) return trainerStateSummary(path, value);
  if ('model_type' in value || 'hidden_size' in value) return configSummary(path);
  throw new CommandError(
    `${path}: this JSON is no tokenizer, configuration, trainer state, weight index or shard index.`,
  );
}

function parseObject(text: string, path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CommandError(`${path}: it is no JSON (${(cause as Error).message}).`, { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new CommandError(`${path}: expected a JSON object.`);
}
