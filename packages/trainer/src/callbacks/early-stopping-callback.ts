// Ends a run that no longer gets better (transformers' EarlyStoppingCallback).
import { ArgumentError } from '../arguments/argument-error.ts';
import type { Json } from '../json.ts';
import { bestMetricValue, isGreaterBetter } from '../loop/best-metric.ts';
import type { LogRow } from '../loop/trainer-state.ts';
import type { CallbackContext, TrainerCallback } from './trainer-callback.ts';

/** Options of {@link EarlyStoppingCallback}. */
export interface EarlyStoppingOptions {
  /** Evaluations in a row without improvement that end the run. Default 1. */
  readonly patience?: number;
  /** By how much the metric must improve to count. Default 0. */
  readonly threshold?: number;
}

/** Watches the metric that `metricForBestModel` names. */
export class EarlyStoppingCallback implements TrainerCallback {
  readonly name = 'EarlyStoppingCallback';
  readonly #patience: number;
  readonly #threshold: number;
  #best: number | null = null;
  #waited = 0;

  /** @throws ArgumentError for a patience below 1 or a negative threshold. */
  constructor({ patience = 1, threshold = 0 }: EarlyStoppingOptions = {}) {
    if (!Number.isSafeInteger(patience) || patience < 1) {
      throw new ArgumentError('patience', patience, 'a whole number of at least 1');
    }
    if (!(threshold >= 0))
      throw new ArgumentError('threshold', threshold, 'a number of at least 0');
    this.#patience = patience;
    this.#threshold = threshold;
  }

  onEvaluate({ args, control }: CallbackContext, metrics: LogRow): void {
    const value = bestMetricValue(args, metrics);
    const gain = isGreaterBetter(args) ? value - (this.#best ?? 0) : (this.#best ?? 0) - value;
    if (this.#best === null || gain > this.#threshold) {
      this.#best = value;
      this.#waited = 0;
    } else if (++this.#waited >= this.#patience) {
      control.shouldTrainingStop = true;
    }
  }

  saveState(): Json {
    return { best: this.#best, waited: this.#waited };
  }

  loadState(state: Json): void {
    const { best = null, waited = 0 } = state as { best?: number | null; waited?: number };
    this.#best = best;
    this.#waited = waited;
  }
}
