// The JSON files of a model folder: its configuration and the state of its training.
import { readFile } from 'node:fs/promises';

import { type BertConfig, parseBertConfig } from '@malmoi/bert-model';

import { CommandError } from '../errors/command-error.ts';
import { formatCount } from '../output/format-number.ts';
import { formatTable } from '../output/format-table.ts';
import type { Summary } from './summary.ts';

/** Summarizes a config.json. */
export async function configSummary(path: string): Promise<Summary> {
  const config = await readBertConfig(path);
  return { kind: 'config', data: configData(config), lines: configLines(config) };
}

/** Reads a config.json. @throws CommandError naming the file, and the field that cannot be */
export async function readBertConfig(path: string): Promise<BertConfig> {
  const text = await readFile(path, 'utf8');
  try {
    return parseBertConfig(text);
  } catch (cause) {
    throw new CommandError(`${path}: ${(cause as Error).message}`, { cause });
  }
}

/** What a configuration says, with the names of config.json. */
export function configData(config: BertConfig): Record<string, unknown> {
  return {
    architectures: config.architectures,
    vocab_size: config.vocabSize,
    hidden_size: config.hiddenSize,
    num_hidden_layers: config.numHiddenLayers,
    num_attention_heads: config.numAttentionHeads,
    intermediate_size: config.intermediateSize,
    max_position_embeddings: config.maxPositionEmbeddings,
    type_vocab_size: config.typeVocabSize,
    hidden_act: config.hiddenAct,
    tie_word_embeddings: config.tieWordEmbeddings,
  };
}

/** The same for people. */
export function configLines(config: BertConfig): string[] {
  return formatTable(
    Object.entries(configData(config)).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : String(value),
    ]),
  );
}

/** Summarizes a trainer_state.json. */
export function trainerStateSummary(path: string, state: Record<string, unknown>): Summary {
  const history = state['log_history'];
  if (!Array.isArray(history)) {
    throw new CommandError(`${path}: log_history is no list; the file is damaged.`);
  }
  const last = (history as unknown[]).at(-1) ?? null;
  const fields = ['global_step', 'max_steps', 'epoch', 'best_metric', 'best_model_checkpoint'];
  const data = Object.fromEntries(fields.map((name) => [name, state[name] ?? null]));
  const rows = Object.entries(data).map(([name, value]) => [name, JSON.stringify(value)]);
  return {
    kind: 'trainer-state',
    data: { ...data, log_rows: history.length, last_log_row: last },
    lines: formatTable([
      ...rows,
      ['log rows', formatCount(history.length)],
      ['last row', JSON.stringify(last)],
    ]),
  };
}
