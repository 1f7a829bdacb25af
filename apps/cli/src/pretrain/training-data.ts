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
  trainBatchSize,
} from '@malmoi/trainer';
import type { WordPieceTokenizer } from '@malmoi/wordpiece';

import { CommandError } from '../errors/command-error.ts';
import { WatchedData } from '../evaluate/watched-data.ts';
import { formatPlural } from '../output/format-number.ts';
import type { Output } from '../output/output.ts';
import { HELD_OUT_MLM_PROBABILITY } from './data-options.ts';
import { firstDocuments, LimitedExampleStream } from './first-examples.ts';
import type { PretrainSettings } from './options.ts';
import type { PreparedData } from './prepare-data.ts';
import { trainingArguments } from './training-arguments.ts';

/** What a run learns from, and what it is evaluated on. */
export interface TrainingData {
  readonly train: DataSource<Batch>;
  readonly evaluation: DataSource<Batch>;
}

/** @throws CommandError when too little is held out. */
export async function createTrainingData(
  { train, validation, tokenizer }: PreparedData,
  settings: PretrainSettings,
  output: Output,
): Promise<TrainingData> {
  const { documents } = validation.totals;
  const needed = settings.nextSentencePrediction ? 2 : 1;
  if (documents < needed) {
    throw new CommandError(
      `${formatPlural(documents, 'document')} held out, and ${needed === 2 ? 'sentence pairs need two' : 'one is needed'}. ` +
        (settings.validationFile === undefined
          ? 'Give more text, or raise --validation_split_percentage.'
          : 'Give more text to --validation_file.'),
    );
  }
  return {
    train: await createTrainData(train, tokenizer, settings),
    evaluation: createEvaluationData(validation, tokenizer, settings, output),
  };
}

/**
 * Masked as BERT masks, whatever the training does. Shows its progress. A signal does not end it: the updates before it
 * are saved after it.
 */
function createEvaluationData(
  split: TokenShards,
  tokenizer: WordPieceTokenizer,
  settings: PretrainSettings,
  output: Output,
): DataSource<Batch> {
  const { maxSeqLength, perDeviceEvalBatchSize: batchSize, maxEvalSamples = Infinity } = settings;
  const heldOut = { ...settings, mlmProbability: HELD_OUT_MLM_PROBABILITY };
  const strategy = exampleStrategy(settings, maxSeqLength);
  const stream = new ExampleStream(split, strategy, { seed: dataSeedOf(settings) });
  // How long an evaluation is nobody asks.
  const data = createBatches({ split, stream, maxSeqLength }, tokenizer, heldOut, {
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

/** With a short stage its batches first, and then those of full length. Batches that grow do so over both. */
async function createTrainData(
  split: TokenShards,
  tokenizer: WordPieceTokenizer,
  settings: PretrainSettings,
): Promise<DataSource<Batch>> {
  const { maxSeqLength, perDeviceTrainBatchSize, maxSteps } = settings;
  const { shortStageSeqLength, shortStageSteps, gradientAccumulationSteps } = settings;
  const args = trainingArguments(settings);
  const batchesOf = async (length: number, before: number): Promise<PretrainingData> => {
    const stream = await createTrainStream(split, settings, length);
    const examples = await countExamples(stream);
    return createBatches({ split, stream, maxSeqLength: length }, tokenizer, settings, {
      batchSize: trainBatchSize(args, before),
      batchesPerEpoch: Math.ceil(examples / perDeviceTrainBatchSize),
    });
  };
  if (shortStageSeqLength === undefined || maxSteps === undefined) {
    return batchesOf(maxSeqLength, 0);
  }
  const steps = shortStageSteps < 1 ? shortStageSteps * maxSteps : shortStageSteps;
  const batches = Math.max(1, Math.round(steps)) * gradientAccumulationSteps;
  return new StagedData([
    { data: await batchesOf(shortStageSeqLength, 0), batches },
    { data: await batchesOf(maxSeqLength, batches), batches: Infinity },
  ]);
}

/** The examples to learn from: all, or those of the first documents. */
async function createTrainStream(
  split: TokenShards,
  settings: PretrainSettings,
  maxSeqLength: number,
): Promise<ExampleStream> {
  const strategy = exampleStrategy(settings, maxSeqLength);
  const seed = dataSeedOf(settings);
  const { maxTrainSamples } = settings;
  if (maxTrainSamples === undefined) return new ExampleStream(split, strategy, { seed });
  const documents = await firstDocuments(split, strategy, maxTrainSamples);
  return new LimitedExampleStream(documents, strategy, { seed }, maxTrainSamples);
}

/** Examples of a split, of one length. */
interface Examples {
  readonly split: TokenShards;
  readonly stream: ExampleStream;
  readonly maxSeqLength: number;
}

function createBatches(
  { split, stream, maxSeqLength }: Examples,
  tokenizer: WordPieceTokenizer,
  settings: PretrainSettings,
  batches: Pick<PretrainingDataOptions, 'batchSize' | 'batchesPerEpoch'>,
): PretrainingData {
  const { mlmProbability, maxPredictionsPerSeq } = settings;
  return new PretrainingData({
    stream,
    corpusFingerprint: `${split.index.cache_key}/${split.split}`,
    vocabulary: mlmVocabulary(tokenizer),
    collator: {
      ...{ maxSeqLength, mlmProbability, seed: dataSeedOf(settings) },
      ...(settings.wholeWordMask ? { masking: 'whole-word' } : {}),
      ...(maxPredictionsPerSeq === undefined
        ? {}
        : { maxPredictionsPerSequence: maxPredictionsPerSeq }),
    },
    ...batches,
  });
}

function dataSeedOf({ dataSeed, seed }: PretrainSettings): number {
  return dataSeed ?? seed;
}

function exampleStrategy(settings: PretrainSettings, maxSeqLength: number): ExampleStrategy {
  return settings.nextSentencePrediction
    ? new NextSentenceExamples({ maxSeqLength, shortSeqProbability: settings.shortSeqProb })
    : new FullSentenceExamples({ maxSeqLength });
}
