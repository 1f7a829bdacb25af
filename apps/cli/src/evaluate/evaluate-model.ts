// The evaluation itself: a loaded model, held-out text as examples, and the trainer's own figures of them.
import type { BertForMaskedLM, BertForPreTraining } from '@malmoi/bert-model';
import type { LoadedCheckpoint } from '@malmoi/checkpoint';
import {
  type Batch,
  ExampleStream,
  FullSentenceExamples,
  mlmVocabulary,
  NextSentenceExamples,
} from '@malmoi/datasets';
import type { TokenShards } from '@malmoi/datasets/node';
import {
  countExamples,
  evaluateEpoch,
  type LogRow,
  PretrainingData,
  pretrainingTask,
  withBaselines,
} from '@malmoi/trainer';
import type { WordPieceTokenizer } from '@malmoi/wordpiece';

import type { CommandContext } from '../command.ts';
import { CommandError } from '../errors/command-error.ts';
import { UsageError } from '../errors/usage-error.ts';
import { formatCount, formatSeconds } from '../output/format-number.ts';
import type { EvaluateValues } from './options.ts';
import { WatchedData } from './watched-data.ts';

/** Writes the figures; here because the command loads the trainer only when it evaluates. */
export { saveMetrics } from '@malmoi/trainer';

/** A model that predicts tokens. */
export type EvaluatedModel = BertForPreTraining | BertForMaskedLM;

/** Default of --max_seq_length, where the model takes as many. */
const DEFAULT_LENGTH = 128;

/**
 * The model, if it is one whose predictions can be judged.
 *
 * @throws CommandError when it does not predict tokens, or the file lacks some of its weights
 */
export function requireMaskedLm({ model, report, folder }: LoadedCheckpoint): EvaluatedModel {
  const { architecture } = model;
  if (architecture !== 'BertForPreTraining' && architecture !== 'BertForMaskedLM') {
    throw new CommandError(
      `${folder}: config.json names ${architecture}, which predicts no tokens. ` +
        'Evaluate a BertForPreTraining or a BertForMaskedLM.',
    );
  }
  const drawn = [...report.missing, ...report.mismatched.map(({ name }) => name)];
  if (drawn.length > 0) {
    throw new CommandError(
      `${folder}: ${drawn.length} weights of ${architecture} are not in the file ` +
        `(${drawn.slice(0, 3).join(', ')}${drawn.length > 3 ? ', …' : ''}): what it predicts means nothing.`,
    );
  }
  return model;
}

/** Tokens of the longest example. @throws UsageError when the model takes fewer */
export function chooseLength(model: EvaluatedModel, asked: number | undefined): number {
  const { maxPositionEmbeddings } = model.config;
  if (asked === undefined) return Math.min(DEFAULT_LENGTH, maxPositionEmbeddings);
  if (asked <= maxPositionEmbeddings) return asked;
  throw new UsageError(
    `--max_seq_length is ${asked}: the model takes ${maxPositionEmbeddings} tokens at most ` +
      '(max_position_embeddings).',
  );
}

/**
 * Evaluates a model on all examples of the shards, or on the first `--max_eval_samples`. The same seed gives the
 * same pairs and masks, whatever the batch size.
 *
 * @returns the figures of the trainer's evaluation, `eval_…`, with those of guessing; `eval_samples`, and
 *   `perplexity` as run_mlm.py calls it.
 * @throws the signal's reason when it is aborted
 */
export async function evaluateModel(
  model: EvaluatedModel,
  tokenizer: WordPieceTokenizer,
  shards: TokenShards,
  values: EvaluateValues & { readonly maxSeqLength: number },
  context: CommandContext,
): Promise<LogRow> {
  const { seed, maxSeqLength, mlmProbability, perDeviceEvalBatchSize: batchSize } = values;
  // A model without the sentence head is judged as run_mlm.py does: on single segments.
  const strategy =
    model.architecture === 'BertForPreTraining'
      ? new NextSentenceExamples({ maxSeqLength })
      : new FullSentenceExamples({ maxSeqLength });
  const stream = new ExampleStream(shards, strategy, { seed });
  const samples = Math.min(await countExamples(stream), values.maxEvalSamples ?? Infinity);
  const data = new PretrainingData({
    stream,
    corpusFingerprint: `${shards.index.cache_key}/${shards.split}`,
    vocabulary: mlmVocabulary(tokenizer),
    collator: { maxSeqLength, mlmProbability, seed },
    batchSize: (batches) => Math.max(1, Math.min(batchSize, samples - batches * batchSize)),
  });
  const watched = new WatchedData<Batch>(data, {
    maxExamples: samples,
    onProgress: progressReporter(samples, context),
    signal: context.signal,
  });
  const row = await evaluateEpoch(withBaselines(pretrainingTask(model)), watched, watched.cursor);
  context.output.endProgress();
  const { eval_perplexity: perplexity } = row;
  return { ...row, eval_samples: samples, ...(perplexity === undefined ? {} : { perplexity }) };
}

function progressReporter(samples: number, { output }: CommandContext): (examples: number) => void {
  const began = performance.now();
  return (examples) => {
    const perSecond = (1000 * examples) / (performance.now() - began);
    const eta = examples === 0 ? '' : `  ETA ${formatSeconds((samples - examples) / perSecond)}`;
    output.progress(
      `evaluating  ${formatCount(examples)} of ${formatCount(samples)} examples  ` +
        `${perSecond.toFixed(1)} examples/s${eta}`,
    );
  };
}
