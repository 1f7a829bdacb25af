// Fills blanks text by text, as they come.
import { InputTooLongError, NoMaskTokenError, pipeline } from '@malmoi/pipelines';
import type { FillMaskPipeline, FillMaskRow } from '@malmoi/pipelines';

import { selectBackend } from '../backend/select-backend.ts';
import type { CommandContext } from '../command.ts';
import { CommandError } from '../errors/command-error.ts';
import { inFlags } from '../errors/in-flags.ts';
import { isWorthWarning } from '../files/load-model.ts';
import { readInputLines } from '../files/read-input-lines.ts';
import { formatBytes, formatPercent } from '../output/format-number.ts';
import { formatTable } from '../output/format-table.ts';
import type { FillMaskValues as Values } from './options.ts';

/** How much of a text a message shows. */
const EXCERPT_CHARACTERS = 60;

/** Loads the model and answers text by text. */
export async function fillBlanks(values: Values, context: CommandContext): Promise<void> {
  const { output, signal } = context;
  await selectBackend(values, false, output);
  const fill = await pipeline('fill-mask', values.modelNameOrPath, {
    onWarning: (message: string) => {
      if (isWorthWarning(message)) output.warn(inFlags(message));
      else output.detail(message);
    },
    onProgress: ({ path, loaded, total }) => {
      output.progress(`downloading ${path}  ${formatBytes(loaded)} of ${formatBytes(total)}`);
    },
    signal,
  });
  output.endProgress();
  try {
    await answer(fill, values, context);
  } finally {
    fill.dispose();
  }
}

async function answer(
  fill: FillMaskPipeline,
  values: Values,
  { output, signal, stdin }: CommandContext,
): Promise<void> {
  let answered = 0;
  for await (const texts of batchesOf(values, readInputLines(stdin, signal))) {
    signal.throwIfAborted();
    const results = await fillBatch(fill, texts, values, answered);
    texts.forEach((each, i) => {
      const masks = results[i] ?? [];
      output.result({ text: each, masks }, () => answerLines(each, masks));
    });
    answered += texts.length;
    // Lets a signal be heard between two batches: computing holds up the event loop.
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (answered > 0) return;
  throw new CommandError(
    'no text was given: name one with --text, or write lines to standard input.',
  );
}

/** @throws CommandError that shows the text which has no blank or is too long */
async function fillBatch(
  fill: FillMaskPipeline,
  texts: readonly string[],
  { topK, perDeviceEvalBatchSize, truncation, targets }: Values,
  before: number,
): Promise<FillMaskRow[][][]> {
  try {
    return await fill.callForMasks(texts, {
      topK,
      batchSize: perDeviceEvalBatchSize,
      truncation,
      ...(targets === undefined ? {} : { targets }),
    });
  } catch (cause) {
    const isAboutText = cause instanceof NoMaskTokenError || cause instanceof InputTooLongError;
    if (!isAboutText) throw cause;
    const [text = ''] = texts.slice(cause.index);
    const excerpt =
      text.length > EXCERPT_CHARACTERS ? `${text.slice(0, EXCERPT_CHARACTERS)}…` : text;
    const problem = inFlags(cause.message).replace(/^text \d+ /, '');
    throw new CommandError(`text ${before + cause.index + 1} ("${excerpt}") ${problem}`, { cause });
  }
}

/** The texts of --text, else lines of standard input; blank lines are left out. */
async function* batchesOf(
  { text: given, perDeviceEvalBatchSize }: Values,
  lines: AsyncIterable<string>,
): AsyncGenerator<string[]> {
  let batch: string[] = [];
  for await (const line of given ?? lines) {
    if (line.trim() === '') continue;
    batch.push(line);
    if (batch.length < perDeviceEvalBatchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function answerLines(asked: string, masks: readonly (readonly FillMaskRow[])[]): string[] {
  const lines = [asked];
  masks.forEach((rows, mask) => {
    if (masks.length > 1) lines.push(`  blank ${mask + 1} of ${masks.length}`);
    const table = rows.map(({ score, token_str, sequence }, i) => [
      `  ${i + 1}`,
      token_str,
      formatPercent(score),
      ...(masks.length > 1 ? [] : [sequence]),
    ]);
    lines.push(...formatTable(table, ['right', 'left', 'right']));
  });
  return lines;
}
