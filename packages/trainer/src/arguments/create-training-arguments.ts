// Completes and checks training arguments, so that a run never fails late for a setting known early.
import { optimizerNames } from '../optimizers/optimizer.ts';
import { learningRateSchedules } from '../schedules/learning-rate-schedule.ts';
import { countBatchSizeWarmupSteps } from '../loop/intervals.ts';
import { ArgumentError } from './argument-error.ts';
import {
  defaultTrainingArguments,
  type TrainingArguments,
  type TrainingArgumentsOptions,
} from './training-arguments.ts';

/** What a value must be, in words, and whether it is. */
interface Rule {
  readonly expectation: string;
  readonly accepts: (value: unknown) => boolean;
}

const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value);

const integerFrom = (least: number): Rule => ({
  expectation: `a whole number of at least ${least}`,
  accepts: (value) => Number.isSafeInteger(value) && (value as number) >= least,
});
const atLeastZero: Rule = {
  expectation: 'a number of at least 0',
  accepts: (value) => isNumber(value) && value >= 0,
};
const aboveZero: Rule = {
  expectation: 'a number above 0',
  accepts: (value) => isNumber(value) && value > 0,
};
const betaRule: Rule = {
  expectation: 'a number from 0 to below 1',
  accepts: (value) => isNumber(value) && value >= 0 && value < 1,
};
const flag: Rule = {
  expectation: 'true or false',
  accepts: (value) => typeof value === 'boolean',
};
const text: Rule = {
  expectation: 'a text that is not empty',
  accepts: (value) => typeof value === 'string' && value !== '',
};
const anyInteger: Rule = { expectation: 'a whole number', accepts: Number.isSafeInteger };
const oneOf = (names: readonly string[]): Rule => ({
  expectation: `one of ${names.join(', ')}`,
  accepts: (value) => names.includes(value as string),
});
const stepsOrPart: Rule = {
  expectation: 'a whole number of updates, or a part of the run from 0 to below 1',
  accepts: (value) => isNumber(value) && value >= 0 && (value < 1 || Number.isInteger(value)),
};
const orNull = ({ expectation, accepts }: Rule): Rule => ({
  expectation: `${expectation}, or null`,
  accepts: (value) => value === null || accepts(value),
});
const intervals = oneOf(['no', 'steps', 'epoch']);

const rules: Readonly<Record<keyof TrainingArguments, Rule>> = {
  outputDir: text,
  overwriteOutputDir: flag,
  resumeFromCheckpoint: {
    expectation: 'true, false or the path of a checkpoint',
    accepts: (value) => flag.accepts(value) || text.accepts(value),
  },
  perDeviceTrainBatchSize: integerFrom(1),
  initialBatchSize: orNull(integerFrom(1)),
  batchSizeWarmupSteps: stepsOrPart,
  perDeviceEvalBatchSize: integerFrom(1),
  gradientAccumulationSteps: integerFrom(1),
  numTrainEpochs: aboveZero,
  maxSteps: {
    expectation: 'a whole number above 0, or -1 for as many as the epochs have',
    accepts: (value) => value === -1 || integerFrom(1).accepts(value),
  },
  optim: oneOf(optimizerNames),
  learningRate: atLeastZero,
  weightDecay: atLeastZero,
  adamBeta1: betaRule,
  adamBeta2: betaRule,
  adamEpsilon: atLeastZero,
  maxGradNorm: atLeastZero,
  lrSchedulerType: oneOf(learningRateSchedules),
  lrSchedulerPower: aboveZero,
  warmupSteps: stepsOrPart,
  loggingStrategy: intervals,
  loggingSteps: integerFrom(1),
  loggingFirstStep: flag,
  evalStrategy: intervals,
  evalSteps: orNull(integerFrom(1)),
  saveStrategy: intervals,
  saveSteps: integerFrom(1),
  saveTotalLimit: orNull(integerFrom(1)),
  loadBestModelAtEnd: flag,
  metricForBestModel: orNull(text),
  greaterIsBetter: orNull(flag),
  seed: anyInteger,
  dataSeed: orNull(anyInteger),
  runName: orNull(text),
};

/**
 * Fills in the defaults and checks every setting.
 *
 * @throws ArgumentError with the first setting that cannot be, or that contradicts another.
 */
export function createTrainingArguments(options: TrainingArgumentsOptions): TrainingArguments {
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(rules, name)) {
      throw new ArgumentError(name, options[name as keyof TrainingArguments], unknownName(name));
    }
  }
  const args: TrainingArguments = { ...defaultTrainingArguments, ...options };
  for (const [name, rule] of Object.entries(rules) as [keyof TrainingArguments, Rule][]) {
    if (!rule.accepts(args[name])) throw new ArgumentError(name, args[name], rule.expectation);
  }
  checkTogether(args);
  return args;
}

function unknownName(name: string): string {
  const same = Object.keys(rules).find((known) => known.toLowerCase() === name.toLowerCase());
  return same === undefined
    ? 'nothing: there is no training argument of this name'
    : `nothing: the argument is written ${same}`;
}

function checkTogether(args: TrainingArguments): void {
  const { evalStrategy, saveStrategy, loadBestModelAtEnd } = args;
  if (args.overwriteOutputDir && args.resumeFromCheckpoint !== false) {
    throw new ArgumentError(
      'overwriteOutputDir',
      true,
      'false where resumeFromCheckpoint is set: a run begins anew or goes on',
    );
  }
  checkBatchSizeWarmup(args);
  if (!loadBestModelAtEnd) return;
  if (evalStrategy === 'no' || evalStrategy !== saveStrategy) {
    throw new ArgumentError(
      'loadBestModelAtEnd',
      true,
      `evalStrategy (${evalStrategy}) and saveStrategy (${saveStrategy}) to be the same, and not "no", ` +
        'so that every evaluated model is saved',
    );
  }
  const evalSteps = args.evalSteps ?? args.loggingSteps;
  if (evalStrategy === 'steps' && args.saveSteps % evalSteps !== 0) {
    throw new ArgumentError(
      'saveSteps',
      args.saveSteps,
      `a multiple of evalSteps (${evalSteps}) where loadBestModelAtEnd is set`,
    );
  }
}

function checkBatchSizeWarmup(args: TrainingArguments): void {
  const { initialBatchSize, perDeviceTrainBatchSize, batchSizeWarmupSteps, maxSteps } = args;
  if (initialBatchSize === null) return;
  if (initialBatchSize >= perDeviceTrainBatchSize) {
    throw new ArgumentError(
      'initialBatchSize',
      initialBatchSize,
      `less than perDeviceTrainBatchSize (${perDeviceTrainBatchSize}), which it grows to`,
    );
  }
  if (maxSteps <= 0) {
    throw new ArgumentError(
      'initialBatchSize',
      initialBatchSize,
      'maxSteps beside it: small batches make an epoch longer, by how much is not known',
    );
  }
  const steps = countBatchSizeWarmupSteps(args);
  if (steps >= maxSteps) {
    throw new ArgumentError(
      'batchSizeWarmupSteps',
      batchSizeWarmupSteps,
      `fewer updates than maxSteps (${maxSteps}), so that full batches follow`,
    );
  }
}
