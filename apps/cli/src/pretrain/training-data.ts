// Batches from shards: sentence pairs or full sentences, masked, of one length or of two one after the other.
import {
  type Batch,
  type ExampleStrategy,
  ExampleStream,
  FullSentenceExamples,
  mlmVocabulary,
  NextSentenceExamples,
} from '@malmoi/datasets';
import type { TokenShards } from '@malmoi/datasets/node';
import {
  countExamples,
  type DataSource,
  PretrainingData,
  type PretrainingDataOptions,
  StagedData,
} from '@malmoi/trainer';
import type { WordPieceTokenizer } from '@malmoi/wordpiece';

import { CommandError } from '../errors/command-error.ts';
import { WatchedData } from '../evaluate/watched-data.ts';
import { formatPlural } from '../output/format-number.ts';
import type { Output } from '../output/output.ts';
import { HELD_OUT_MLM_PROBABILITY } from './data-options.ts';
import type { PretrainSettings } from './options.ts';
import type { PreparedData } from './prepare-data.ts';

/** What a run learns from, and what it is evaluated on. */
export interface TrainingData {
  readonly train: DataSource<Batch>;
  readonly evaluation: DataSource<Batch>;
}

/** @throws CommandError when too little is held out. */
export async function createTrainingData(
  { shards, tokenizer }: PreparedData,
  settings: PretrainSettings,
  output: Output,
): Promise<TrainingData> {
  const { documents } = shards.validation.totals;
  const needed = settings.nextSentencePrediction ? 2 : 1;
  if (documents < needed) {
    throw new CommandError(
      `${documents} documents are held out, and ${needed === 2 ? 'sentence pairs need two' : 'one is needed'}. ` +
        'Give more text, or raise --validation_split_percentage.',
    );
  }
  return {
    train: await createTrainData(shards.train, tokenizer, settings),
    evaluation: await createEvaluationData(shards.validation, tokenizer, settings, output),
  };
}

/**
 * Masked as BERT masks, whatever the training does. Shows its progress. A signal does not end it: the updates before it
 * are saved after it.
 */
async function createEvaluationData(
  split: TokenShards,
  tokenizer: WordPieceTokenizer,
  settings: PretrainSettings,
  output: Output,
): Promise<DataSource<Batch>> {
  const { maxSeqLength, perDeviceEvalBatchSize: batchSize, maxEvalSamples = Infinity } = settings;
  const heldOut = { ...settings, mlmProbability: HELD_OUT_MLM_PROBABILITY };
  const data = await createBatches(split, tokenizer, heldOut, {
    maxSeqLength,
    batchSize: (batches) => Math.max(1, Math.min(batchSize, maxEvalSamples - batches * batchSize)),
  });
  return new WatchedData(data, {
    maxExamples: maxEvalSamples,
    onProgress: (examples) => {
      if (examples > 0) output.progress(`evaluating  ${formatPlural(examples, 'example')}`);
    },
    signal: new AbortController().signal,
  });
}

/** With a short stage its batches first, and then those of full length. */
async function createTrainData(
  split: TokenShards,
  tokenizer: WordPieceTokenizer,
  settings: PretrainSettings,
): Promise<DataSource<Batch>> {
  const { maxSeqLength, perDeviceTrainBatchSize: batchSize, maxSteps } = settings;
  const { shortStageSeqLength, shortStageSteps } = settings;
  const long = await createBatches(split, tokenizer, settings, { maxSeqLength, batchSize });
  if (shortStageSeqLength === undefined || maxSteps === undefined) return long;
  const short = await createBatches(split, tokenizer, settings, {
    maxSeqLength: shortStageSeqLength,
    batchSize,
  });
  const steps = shortStageSteps < 1 ? shortStageSteps * maxSteps : shortStageSteps;
  return new StagedData([
    { data: short, batches: Math.max(1, Math.round(steps)) * settings.gradientAccumulationSteps },
    { data: long, batches: Infinity },
  ]);
}

async function createBatches(
  split: TokenShards,
  tokenizer: WordPieceTokenizer,
  settings: PretrainSettings,
  {
    maxSeqLength,
    batchSize,
  }: Required<Pick<PretrainingDataOptions, 'batchSize'>> & {
    readonly maxSeqLength: number;
  },
): Promise<PretrainingData> {
  const seed = settings.dataSeed ?? settings.seed;
  const { mlmProbability, maxPredictionsPerSeq } = settings;
  const stream = new ExampleStream(split, exampleStrategy(settings, maxSeqLength), { seed });
  return new PretrainingData({
    stream,
    corpusFingerprint: `${split.index.cache_key}/${split.split}`,
    vocabulary: mlmVocabulary(tokenizer),
    collator: {
      ...{ maxSeqLength, mlmProbability, seed },
      ...(settings.wholeWordMask ? { masking: 'whole-word' } : {}),
      ...(maxPredictionsPerSeq === undefined
        ? {}
        : { maxPredictionsPerSequence: maxPredictionsPerSeq }),
    },
    batchSize,
    // How long an evaluation is nobody asks.
    ...(typeof batchSize === 'number'
      ? { batchesPerEpoch: Math.ceil((await countExamples(stream)) / batchSize) }
      : {}),
  });
}

function exampleStrategy(settings: PretrainSettings, maxSeqLength: number): ExampleStrategy {
  return settings.nextSentencePrediction
    ? new NextSentenceExamples({ maxSeqLength, shortSeqProbability: settings.shortSeqProb })
    : new FullSentenceExamples({ maxSeqLength });
}
