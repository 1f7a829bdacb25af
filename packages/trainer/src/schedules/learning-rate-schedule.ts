// Learning-rate schedules: factors of the peak rate by step, as transformers' `optimization.py` computes them.
import { ArgumentError } from '../arguments/argument-error.ts';

/** The schedules by the names that `--lr_scheduler_type` takes. */
export const learningRateSchedules = [
  'linear',
  'cosine',
  'constant',
  'constant_with_warmup',
  'polynomial',
] as const;

/** Name of a schedule. */
export type LearningRateScheduleName = (typeof learningRateSchedules)[number];

/** What a schedule depends on. */
export interface LearningRateScheduleOptions {
  /** The peak rate. */
  readonly learningRate: number;
  /** Steps over which the rate rises from 0 to the peak. `constant` ignores it. */
  readonly warmupSteps: number;
  /** Steps of the whole run, the warm-up included; the decaying schedules end there. */
  readonly totalSteps: number;
  /** Exponent of `polynomial`. Default 1. */
  readonly power?: number;
  /** Where `polynomial` ends, as a rate. Default 1e-7. */
  readonly endLearningRate?: number;
}

/** The learning rate of an update; `step` counts the updates before it, so the first one is 0. */
export type LearningRateSchedule = (step: number) => number;

/**
 * The rate of every step.
 *
 * Over the warm-up it is `learningRate * step / warmupSteps`, so the first update has rate 0, as in
 * transformers. Then `linear` falls to 0 in a line, `cosine` in half a cosine, `polynomial` to
 * `endLearningRate` by `(1 - progress) ** power`; the constant ones stay.
 *
 * @throws ArgumentError when `polynomial` would end above its peak.
 */
export function createLearningRateSchedule(
  name: LearningRateScheduleName,
  options: LearningRateScheduleOptions,
): LearningRateSchedule {
  const { learningRate, warmupSteps, totalSteps } = options;
  const decay = createDecay(name, options);
  if (name === 'constant') return () => learningRate;
  return (step) => {
    if (step < warmupSteps) return learningRate * (step / Math.max(1, warmupSteps));
    const progress = (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
    return learningRate * decay(Math.min(1, progress));
  };
}

/** The factor by the part of the way from the end of the warm-up to the end of the run, 0 to 1. */
function createDecay(
  name: LearningRateScheduleName,
  options: LearningRateScheduleOptions,
): (progress: number) => number {
  switch (name) {
    case 'linear':
      return (progress) => 1 - progress;
    case 'cosine':
      return (progress) => 0.5 * (1 + Math.cos(Math.PI * progress));
    case 'polynomial':
      return polynomialDecay(options);
    case 'constant':
    case 'constant_with_warmup':
      return () => 1;
  }
}

function polynomialDecay(options: LearningRateScheduleOptions): (progress: number) => number {
  const { learningRate, power = 1, endLearningRate = 1e-7 } = options;
  if (endLearningRate >= learningRate) {
    throw new ArgumentError(
      'learningRate',
      learningRate,
      `above ${endLearningRate}, where the polynomial schedule ends`,
    );
  }
  const end = endLearningRate / learningRate;
  return (progress) => (1 - end) * (1 - progress) ** power + end;
}
