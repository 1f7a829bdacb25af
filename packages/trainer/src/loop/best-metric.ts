// Which evaluation was the best, by the metric that the arguments name.
import { ArgumentError } from '../arguments/argument-error.ts';
import type { TrainingArguments } from '../arguments/training-arguments.ts';
import type { LogRow, TrainerState } from './trainer-state.ts';

type MetricArguments = Pick<TrainingArguments, 'metricForBestModel' | 'greaterIsBetter'>;

/** The metric's name in a log row: with `eval_`. */
function bestMetricName({ metricForBestModel }: MetricArguments): string {
  const name = metricForBestModel ?? 'loss';
  return name.startsWith('eval_') ? name : `eval_${name}`;
}

/** Whether more is better: as the arguments say, else unless it is a loss or the perplexity. */
export function isGreaterBetter(args: MetricArguments): boolean {
  return args.greaterIsBetter ?? !/(?:loss|perplexity)$/u.test(bestMetricName(args));
}

/** Whether a value of the metric beats another. */
function isBetter(args: MetricArguments, value: number, best: number): boolean {
  return isGreaterBetter(args) ? value > best : value < best;
}

/**
 * The metric's value in the figures of an evaluation.
 *
 * @throws ArgumentError when there is none of that name.
 */
export function bestMetricValue(args: MetricArguments, metrics: LogRow): number {
  const name = bestMetricName(args);
  const value = metrics[name];
  if (value !== undefined) return value;
  throw new ArgumentError(
    'metricForBestModel',
    args.metricForBestModel,
    `one of the figures of the evaluation: ${Object.keys(metrics).join(', ')}`,
  );
}

/** The state after an evaluation: with its value as the best one, if it is. */
export function withBestMetric(
  state: TrainerState,
  args: MetricArguments,
  metrics: LogRow,
): TrainerState {
  const value = bestMetricValue(args, metrics);
  const { bestMetric, globalStep } = state;
  if (Number.isNaN(value) || (bestMetric !== null && !isBetter(args, value, bestMetric))) {
    return state;
  }
  return { ...state, bestMetric: value, bestStep: globalStep };
}
