// The settings of a run as the trainer takes them.
import { createTrainingArguments, type TrainingArguments } from '@malmoi/trainer';

import type { PretrainSettings } from './options.ts';

/** @throws ArgumentError for settings that contradict each other. */
export function trainingArguments(settings: PretrainSettings): TrainingArguments {
  const { resumeFromCheckpoint: from } = settings;
  return createTrainingArguments({
    outputDir: settings.outputDir,
    overwriteOutputDir: settings.overwriteOutputDir,
    resumeFromCheckpoint: from === 'true' ? true : (from ?? false),
    perDeviceTrainBatchSize: settings.perDeviceTrainBatchSize,
    initialBatchSize: settings.initialBatchSize ?? null,
    ...(settings.batchSizeWarmupSteps === undefined
      ? {}
      : { batchSizeWarmupSteps: settings.batchSizeWarmupSteps }),
    perDeviceEvalBatchSize: settings.perDeviceEvalBatchSize,
    gradientAccumulationSteps: settings.gradientAccumulationSteps,
    numTrainEpochs: settings.numTrainEpochs,
    maxSteps: settings.maxSteps ?? -1,
    optim: settings.optim,
    learningRate: settings.learningRate,
    weightDecay: settings.weightDecay,
    adamBeta1: settings.adamBeta1,
    adamBeta2: settings.adamBeta2,
    adamEpsilon: settings.adamEpsilon,
    maxGradNorm: settings.maxGradNorm,
    lrSchedulerType: settings.lrSchedulerType,
    lrSchedulerPower: settings.lrSchedulerPower,
    warmupSteps: settings.warmupSteps,
    loggingStrategy: settings.loggingStrategy,
    loggingSteps: settings.loggingSteps,
    loggingFirstStep: settings.loggingFirstStep,
    evalStrategy: settings.evalStrategy,
    evalSteps: settings.evalSteps ?? null,
    saveStrategy: settings.saveStrategy,
    saveSteps: settings.saveSteps,
    saveTotalLimit: settings.saveTotalLimit,
    loadBestModelAtEnd: settings.loadBestModelAtEnd,
    metricForBestModel: settings.metricForBestModel ?? null,
    greaterIsBetter: settings.greaterIsBetter ?? null,
    seed: settings.seed,
    dataSeed: settings.dataSeed ?? null,
    runName: settings.runName ?? null,
  });
}
