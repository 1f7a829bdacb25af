// Where a run stands: the fields of transformers' TrainerState, in camelCase, and what else resuming needs.
import type { Json } from '../json.ts';
import type { WindowState } from './step-figures.ts';

/** A row of the log: numbers by their published names, with `step` and `epoch`. */
export type LogRow = Readonly<Record<string, number>>;

/** Where a run stands after an update. A checkpoint holds all of it. */
export interface TrainerState {
  /** Updates made. */
  readonly globalStep: number;
  /** Updates of the whole run. */
  readonly maxSteps: number;
  /** Passes over the data: whole ones, and where the source knows its size, the part of this one. */
  readonly epoch: number;
  /** Passes of the whole run, as asked for. */
  readonly numTrainEpochs: number;
  /** Tokens that were not padding. */
  readonly numInputTokensSeen: number;
  /** Examples. */
  readonly numExamplesSeen: number;
  /** Floating-point operations, estimated: 6 for each parameter and token (Kaplan et al. 2020). */
  readonly totalFlos: number;
  readonly logHistory: readonly LogRow[];
  /** Best value so far of the metric that chooses the best model. */
  readonly bestMetric: number | null;
  /** The step it was reached at. */
  readonly bestStep: number | null;

  /** Whole epochs done, and micro-batches of this one that are behind. */
  readonly epochsDone: number;
  readonly batchesInEpoch: number;
  /** Micro-batches of the run: the next one's dropout step. */
  readonly dropoutStep: number;
  /** Cursor of the next batch. */
  readonly dataCursor: Json;
  /** Sum of the losses of all updates. */
  readonly lossSum: number;
  /** Sums since the last log row. */
  readonly window: WindowState;
}

/** The state of a run that has not begun. */
export function initialState(
  run: Pick<TrainerState, 'maxSteps' | 'numTrainEpochs' | 'dataCursor'>,
): TrainerState {
  return {
    globalStep: 0,
    epoch: 0,
    numInputTokensSeen: 0,
    numExamplesSeen: 0,
    totalFlos: 0,
    logHistory: [],
    bestMetric: null,
    bestStep: null,
    epochsDone: 0,
    batchesInEpoch: 0,
    dropoutStep: 0,
    lossSum: 0,
    window: { steps: 0, loss: 0, terms: {} },
    ...run,
  };
}
