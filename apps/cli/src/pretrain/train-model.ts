// Training itself: a model, its batches and the trainer, from the first update to the saved folder.
import { BertForPreTraining, createBertConfig } from '@malmoi/bert-model';
import { saveCheckpoint } from '@malmoi/checkpoint';
import { type Batch, ExampleStream, mlmVocabulary, NextSentenceExamples } from '@malmoi/datasets';
import type { TokenShards } from '@malmoi/datasets/node';
import { writeFileDurably } from '@malmoi/safetensors/node';
import {
  bertModelFiles,
  countExamples,
  createTrainingArguments,
  JsonLogCallback,
  type LogRow,
  PretrainingData,
  pretrainingTask,
  Trainer,
  type TrainingArguments,
} from '@malmoi/trainer';
import type { WordPieceTokenizer } from '@malmoi/wordpiece';
import { join } from 'node:path';

import type { CommandContext } from '../command.ts';
import { CommandError } from '../errors/command-error.ts';
import { formatCount } from '../output/format-number.ts';
import type { PretrainSettings } from './options.ts';
import type { PreparedData } from './prepare-data.ts';
import { TrainingProgress } from './training-progress.ts';

/** A trained model and its figures. The caller disposes the model. */
export interface TrainedModel {
  readonly model: BertForPreTraining;
  readonly metrics: LogRow;
}

/**
 * Trains, evaluates and saves.
 *
 * @throws the signal's reason when it is aborted; the last update has been saved then
 */
export async function trainModel(
  data: PreparedData,
  settings: PretrainSettings,
  context: CommandContext,
): Promise<TrainedModel> {
  const { output } = context;
  const model = createModel(data.tokenizer, settings);
  try {
    const trainer = await createTrainer(model, data, settings, context);
    output.info(`model: ${settings.preset}, ${formatCount(model.numParameters())} parameters`);
    const metrics = await runTrainer(trainer, context);
    await saveResults(model, data.tokenizer, settings, metrics);
    return { model, metrics };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

function createModel(
  tokenizer: WordPieceTokenizer,
  settings: PretrainSettings,
): BertForPreTraining {
  const { hiddenSize, numHiddenLayers, numAttentionHeads, intermediateSize } = settings;
  const config = createBertConfig({
    vocabSize: tokenizer.vocabSize,
    maxPositionEmbeddings: settings.maxPositionEmbeddings,
    ...{ hiddenSize, numHiddenLayers, numAttentionHeads, intermediateSize },
    hiddenDropoutProb: settings.dropoutProb,
    attentionProbsDropoutProb: settings.dropoutProb,
    initializerRange: settings.initializerRange,
  });
  return new BertForPreTraining(config, { seed: settings.seed });
}

async function createTrainer(
  model: BertForPreTraining,
  { shards, tokenizer }: PreparedData,
  settings: PretrainSettings,
  { output }: CommandContext,
): Promise<Trainer<Batch>> {
  const batches = (split: TokenShards) => createData(split, tokenizer, settings);
  if (shards.validation.totals.documents < 2) {
    throw new CommandError(
      `${shards.validation.totals.documents} documents are held out, and sentence pairs need two. ` +
        'Give more text, or raise --validation_split_percentage.',
    );
  }
  return new Trainer<Batch>({
    task: pretrainingTask(model),
    args: trainingArguments(settings),
    trainData: await batches(shards.train),
    evalData: await batches(shards.validation),
    callbacks: [new TrainingProgress(output), new JsonLogCallback()],
    modelFiles: bertModelFiles(model, { tokenizer }),
    onWarning: output.warn,
  });
}

async function createData(
  split: TokenShards,
  tokenizer: WordPieceTokenizer,
  settings: PretrainSettings,
): Promise<PretrainingData> {
  const { maxSeqLength, mlmProbability, seed, perDeviceTrainBatchSize: batchSize } = settings;
  const stream = new ExampleStream(split, new NextSentenceExamples({ maxSeqLength }), { seed });
  return new PretrainingData({
    stream,
    corpusFingerprint: `${split.index.cache_key}/${split.split}`,
    vocabulary: mlmVocabulary(tokenizer),
    collator: { maxSeqLength, mlmProbability, seed },
    batchSize,
    batchesPerEpoch: Math.ceil((await countExamples(stream)) / batchSize),
  });
}

function trainingArguments(settings: PretrainSettings): TrainingArguments {
  const { resumeFromCheckpoint: from } = settings;
  return createTrainingArguments({
    outputDir: settings.outputDir,
    overwriteOutputDir: settings.overwriteOutputDir,
    resumeFromCheckpoint: from === 'true' ? true : (from ?? false),
    perDeviceTrainBatchSize: settings.perDeviceTrainBatchSize,
    perDeviceEvalBatchSize: settings.perDeviceTrainBatchSize,
    gradientAccumulationSteps: settings.gradientAccumulationSteps,
    learningRate: settings.learningRate,
    weightDecay: settings.weightDecay,
    warmupSteps: settings.warmupSteps,
    numTrainEpochs: settings.numTrainEpochs,
    maxSteps: settings.maxSteps ?? -1,
    loggingSteps: settings.loggingSteps,
    saveSteps: settings.saveSteps,
    saveTotalLimit: settings.saveTotalLimit,
    seed: settings.seed,
  });
}

async function runTrainer(
  trainer: Trainer<Batch>,
  { output, signal }: CommandContext,
): Promise<LogRow> {
  const onAbort = (): void => {
    trainer.stop('signal');
  };
  signal.throwIfAborted();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const { metrics } = await trainer.train();
    output.endProgress();
    signal.throwIfAborted();
    return { ...metrics, ...(await trainer.evaluate()) };
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function saveResults(
  model: BertForPreTraining,
  tokenizer: WordPieceTokenizer,
  { outputDir }: PretrainSettings,
  metrics: LogRow,
): Promise<void> {
  await saveCheckpoint(outputDir, model, tokenizer, { overwrite: true });
  const entries = Object.entries(metrics);
  const write = (name: string, prefix: string): Promise<unknown> => {
    const chosen = Object.fromEntries(entries.filter(([key]) => key.startsWith(prefix)));
    return writeFileDurably(join(outputDir, name), `${JSON.stringify(chosen, undefined, 2)}\n`);
  };
  await write('train_results.json', 'train_');
  await write('eval_results.json', 'eval_');
  await write('all_results.json', '');
}
