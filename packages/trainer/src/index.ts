// @malmoi/trainer: trains a model on TensorFlow.js, and never loses a step. For Node.js.

// Settings
export { ArgumentError } from './arguments/argument-error.ts';
export { createTrainingArguments } from './arguments/create-training-arguments.ts';
export { defaultTrainingArguments } from './arguments/training-arguments.ts';
export type {
  IntervalStrategy,
  TrainingArguments,
  TrainingArgumentsOptions,
} from './arguments/training-arguments.ts';

// The loop
export { Trainer } from './loop/trainer.ts';
export type { TrainerOptions, TrainOutput } from './loop/trainer.ts';
export type { LogRow, TrainerState } from './loop/trainer-state.ts';
export type { WindowState } from './loop/step-figures.ts';
export type {
  Evaluation,
  LossTerm,
  TrainableModel,
  TrainingPass,
  TrainingTask,
} from './loop/training-task.ts';
export { NonFiniteLossError } from './loop/non-finite-loss-error.ts';
export type { NonFiniteUpdate } from './loop/non-finite-loss-error.ts';
export { stopOnSignals, stopSignals } from './loop/stop-on-signals.ts';
export type { SignalStop, StopOnSignalsOptions, StopSignal } from './loop/stop-on-signals.ts';
export { EmptyEvaluationError, evaluateEpoch } from './loop/evaluate.ts';

// Tasks
export { pretrainingTask } from './tasks/pretraining-task.ts';
export type { PretrainingBatch } from './tasks/pretraining-task.ts';
export { withBaselines } from './tasks/with-baselines.ts';
export { sequenceClassificationTask } from './tasks/sequence-classification-task.ts';
export type {
  SequenceClassificationBatch,
  SequenceClassificationOptions,
} from './tasks/sequence-classification-task.ts';
export { tokenClassificationTask } from './tasks/token-classification-task.ts';
export type { TokenClassificationBatch } from './tasks/token-classification-task.ts';
export type { TokenBatch } from './tasks/batch-tensors.ts';

// Metrics
export { ClassificationCounts } from './metrics/classification-counts.ts';
export type { F1Average } from './metrics/classification-counts.ts';
export { entitiesOf, EntityCounts } from './metrics/entity-f1.ts';
export type { Entity, EntityScores } from './metrics/entity-f1.ts';

// Data
export { ArrayData, CursorError } from './data/array-data.ts';
export type { ArrayDataOptions } from './data/array-data.ts';
export { EmptyDataError } from './data/batch-reader.ts';
export type { DataSource, PlannedPart } from './data/data-source.ts';
export { batchSizeWarmup, trainBatchSize } from './data/batch-size-warmup.ts';
export { countExamples, PretrainingData } from './data/pretraining-data.ts';
export type { PretrainingDataOptions } from './data/pretraining-data.ts';
export { StagedData } from './data/staged-data.ts';
export type { DataStage } from './data/staged-data.ts';

// Optimizers and schedules
export { createOptimizer } from './optimizers/create-optimizer.ts';
export { optimizerNames } from './optimizers/optimizer.ts';
export type {
  Optimizer,
  OptimizerName,
  OptimizerOptions,
  UpdateOptions,
} from './optimizers/optimizer.ts';
export { decays } from './optimizers/weight-decay.ts';
export {
  createLearningRateSchedule,
  learningRateSchedules,
} from './schedules/learning-rate-schedule.ts';
export type {
  LearningRateSchedule,
  LearningRateScheduleName,
  LearningRateScheduleOptions,
} from './schedules/learning-rate-schedule.ts';

// Checkpoints
export { bertModelFiles } from './checkpoint/bert-model-files.ts';
export type { BertModelFilesOptions } from './checkpoint/bert-model-files.ts';
export { parameterFiles } from './checkpoint/parameter-files.ts';
export type { ModelFiles } from './checkpoint/model-files.ts';
export { findLastCheckpoint, listCheckpoints } from './checkpoint/find-checkpoints.ts';
export type { CheckpointFolder } from './checkpoint/find-checkpoints.ts';
export {
  CheckpointFileError,
  NoCheckpointError,
  OutputDirNotEmptyError,
  ResumeMismatchError,
} from './checkpoint/checkpoint-errors.ts';
export { CheckpointThreadError } from './checkpoint/publish-in-background.ts';
export { CheckpointTensorError } from './checkpoint/variable-tensors.ts';

// Callbacks
export type {
  CallbackContext,
  TrainerCallback,
  TrainerControl,
} from './callbacks/trainer-callback.ts';
export { AccuracySummaryCallback } from './callbacks/accuracy-summary-callback.ts';
export type { AccuracySummaryOptions } from './callbacks/accuracy-summary-callback.ts';
export { EarlyStoppingCallback } from './callbacks/early-stopping-callback.ts';
export type { EarlyStoppingOptions } from './callbacks/early-stopping-callback.ts';
export { JsonLogCallback } from './callbacks/json-log-callback.ts';
export { MaskedTextGenerator } from './callbacks/masked-text-generator.ts';
export type {
  FilledText,
  Filling,
  FillingTokenizer,
  MaskedTextGeneratorOptions,
} from './callbacks/masked-text-generator.ts';
export { ProgressCallback } from './callbacks/progress-callback.ts';
export type { ProgressOptions } from './callbacks/progress-callback.ts';
export { TensorBoardCallback } from './callbacks/tensorboard-callback.ts';
export type { TensorBoardOptions } from './callbacks/tensorboard-callback.ts';
export type { TextOutput } from './callbacks/text-output.ts';
export { EventFileWriter } from './tensorboard/event-file-writer.ts';

// Plans and reports
export { countParameters } from './plan/count-parameters.ts';
export type { PretrainingArchitecture } from './plan/count-parameters.ts';
export { estimateMemory, InsufficientMemoryError, requireMemory } from './plan/estimate-memory.ts';
export type { MemoryEstimate, MemoryOptions } from './plan/estimate-memory.ts';
export { planTraining } from './plan/plan-training.ts';
export type { PlannedStage, PlanOptions, TrainingPlan } from './plan/plan-training.ts';
export { htmlReport, writeHtmlReport } from './reports/html-report.ts';
export type { HtmlReportOptions } from './reports/html-report.ts';
export { writeResults } from './reports/results-files.ts';
export type { RunResults } from './reports/results-files.ts';
export { ResultsFileError, saveMetrics } from './reports/save-metrics.ts';
export { runCharts } from './reports/run-charts.ts';

export type { Json } from './json.ts';
export { TrainerError } from './trainer-error.ts';
