// A model folder or checkpoint: configuration, weights, tokenizer, and how far its training was.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { openSafetensorsModel } from '@malmoi/safetensors/node';

import { CommandError } from '../errors/command-error.ts';
import { configData, configLines, readBertConfig, trainerStateSummary } from './json-files.ts';
import { tensorLines, totals } from './safetensors-file.ts';
import type { Summary } from './summary.ts';
import { tokenizerSummary } from './tokenizer.ts';

/** One part of the folder. */
interface Section {
  readonly title: string;
  readonly data: unknown;
  readonly lines: readonly string[];
}

/** Summarizes a model folder. @param names of what it holds */
export async function modelFolderSummary(
  folder: string,
  names: readonly string[],
  showAll: boolean,
): Promise<Summary> {
  const has = (...wanted: string[]): boolean => wanted.some((name) => names.includes(name));
  const sections: Section[] = [];
  if (has('config.json')) sections.push(await configSection(folder));
  if (has('model.safetensors', 'model.safetensors.index.json')) {
    sections.push(await weightsSection(folder, showAll));
  }
  if (has('tokenizer.json', 'vocab.txt')) {
    const { data, lines } = await tokenizerSummary(folder);
    sections.push({ title: 'tokenizer', data, lines });
  }
  if (has('trainer_state.json')) sections.push(await stateSection(folder));
  return {
    kind: has('trainer_state.json') ? 'checkpoint' : 'model',
    data: Object.fromEntries(sections.map(({ title, data }) => [title, data])),
    lines: sections.flatMap(({ title, lines }) => [title, ...lines.map((line) => `  ${line}`)]),
  };
}

async function configSection(folder: string): Promise<Section> {
  const config = await readBertConfig(join(folder, 'config.json'));
  return { title: 'config', data: configData(config), lines: configLines(config) };
}

async function weightsSection(folder: string, showAll: boolean): Promise<Section> {
  await using reader = await openSafetensorsModel(folder);
  const tensors = [...reader.tensors.values()];
  const metadata = Object.fromEntries(reader.metadata ?? []);
  return {
    title: 'weights',
    data: { ...totals(tensors), metadata },
    lines: tensorLines(tensors, metadata, showAll),
  };
}

async function stateSection(folder: string): Promise<Section> {
  const path = join(folder, 'trainer_state.json');
  let state: unknown;
  try {
    state = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new CommandError(`${path}: it is no JSON (${(cause as Error).message}).`, { cause });
  }
  const { data, lines } = trainerStateSummary(path, Object(state) as Record<string, unknown>);
  return { title: 'training', data, lines };
}
