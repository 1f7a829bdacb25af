// The settings of a run: names and defaults of transformers' TrainingArguments, in camelCase.
import type { OptimizerName } from '../optimizers/optimizer.ts';
import type { LearningRateScheduleName } from '../schedules/learning-rate-schedule.ts';

/** When to log, evaluate or save: never, every so many steps, or after every epoch. */
export type IntervalStrategy = 'no' | 'steps' | 'epoch';

/** All settings of a run, complete and checked; {@link createTrainingArguments} makes them. */
export interface TrainingArguments {
  /** Folder of the checkpoints, the results and the trained model. */
  readonly outputDir: string;
  /** Begin anew in a folder that holds something; its checkpoints are deleted. Default false. */
  readonly overwriteOutputDir: boolean;
  /** Continue: `true` for the last whole checkpoint of `outputDir`, or a checkpoint's folder. Default false. */
  readonly resumeFromCheckpoint: boolean | string;

  /** Examples of a micro-batch. Default 8. */
  readonly perDeviceTrainBatchSize: number;
  /** Examples of the first micro-batch; they grow to `perDeviceTrainBatchSize`. Default: no such warm-up. */
  readonly initialBatchSize: number | null;
  /** Updates over which they grow, about; below 1, that part of `maxSteps`. Default 0.1. */
  readonly batchSizeWarmupSteps: number;
  /** Examples of a batch in evaluation. Default 8. */
  readonly perDeviceEvalBatchSize: number;
  /** Micro-batches of one update. Default 1. */
  readonly gradientAccumulationSteps: number;
  /** Passes over the data, fractions allowed. Default 3. */
  readonly numTrainEpochs: number;
  /** Updates of the run; above 0 it overrides `numTrainEpochs`. Default -1. */
  readonly maxSteps: number;

  /** Default `adamw`. */
  readonly optim: OptimizerName;
  /** Peak learning rate. Default 5e-5. */
  readonly learningRate: number;
  /** Decoupled weight decay; biases and LayerNorms have none. Default 0. */
  readonly weightDecay: number;
  /** Default 0.9. */
  readonly adamBeta1: number;
  /** Default 0.999. */
  readonly adamBeta2: number;
  /** Default 1e-8. */
  readonly adamEpsilon: number;
  /** Gradients are scaled down to this global norm; 0 leaves them. Default 1. */
  readonly maxGradNorm: number;
  /** Default `linear`. */
  readonly lrSchedulerType: LearningRateScheduleName;
  /** Exponent of the `polynomial` schedule. Default 1. */
  readonly lrSchedulerPower: number;
  /** Updates over which the rate rises; below 1, that part of the run. Default 0. */
  readonly warmupSteps: number;

  /** When a row of the log is made. Default `steps`. */
  readonly loggingStrategy: IntervalStrategy;
  /** Updates between two log rows. Default 500. */
  readonly loggingSteps: number;
  /** Also log the first update. Default false. */
  readonly loggingFirstStep: boolean;
  /** Default `no`. */
  readonly evalStrategy: IntervalStrategy;
  /** Updates between two evaluations. Default: `loggingSteps`. */
  readonly evalSteps: number | null;
  /** Default `steps`. */
  readonly saveStrategy: IntervalStrategy;
  /** Updates between two checkpoints. Default 500. */
  readonly saveSteps: number;
  /** Most checkpoints kept; older ones are deleted, the best never. Default: all. */
  readonly saveTotalLimit: number | null;
  /** Load the best checkpoint when the run ends. Default false. */
  readonly loadBestModelAtEnd: boolean;
  /** Which figure of the evaluation says how good a model is, `eval_` optional. Default: `loss`. */
  readonly metricForBestModel: string | null;
  /** Whether more of it is better. Default: unless its name ends in `loss` or is `perplexity`. */
  readonly greaterIsBetter: boolean | null;

  /** Names the dropout masks. Default 42. */
  readonly seed: number;
  /** Names the order and the masks of the data. Default: `seed`. */
  readonly dataSeed: number | null;
  /** Name of the run in reports. Default: none. */
  readonly runName: string | null;
}

/** What a caller gives: the output folder, and what differs from the defaults. */
export type TrainingArgumentsOptions = Pick<TrainingArguments, 'outputDir'> &
  Partial<TrainingArguments>;

/** The defaults, transformers'. */
export const defaultTrainingArguments: Omit<TrainingArguments, 'outputDir'> = {
  overwriteOutputDir: false,
  resumeFromCheckpoint: false,
  perDeviceTrainBatchSize: 8,
  initialBatchSize: null,
  batchSizeWarmupSteps: 0.1,
  perDeviceEvalBatchSize: 8,
  gradientAccumulationSteps: 1,
  numTrainEpochs: 3,
  maxSteps: -1,
  optim: 'adamw',
  learningRate: 5e-5,
  weightDecay: 0,
  adamBeta1: 0.9,
  adamBeta2: 0.999,
  adamEpsilon: 1e-8,
  maxGradNorm: 1,
  lrSchedulerType: 'linear',
  lrSchedulerPower: 1,
  warmupSteps: 0,
  loggingStrategy: 'steps',
  loggingSteps: 500,
  loggingFirstStep: false,
  evalStrategy: 'no',
  evalSteps: null,
  saveStrategy: 'steps',
  saveSteps: 500,
  saveTotalLimit: null,
  loadBestModelAtEnd: false,
  metricForBestModel: null,
  greaterIsBetter: null,
  seed: 42,
  dataSeed: null,
  runName: null,
};
