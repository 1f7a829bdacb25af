// The error of a run that diverged.
import { TrainerError } from '../trainer-error.ts';

/** What is known about the update that failed. */
export interface NonFiniteUpdate {
  /** The update, counted from 1. */
  readonly step: number;
  readonly loss: number;
  readonly gradNorm: number;
  readonly learningRate: number;
  /** Where the batches came from. */
  readonly provenance: string;
}

/** The loss or the gradient norm is NaN or infinite. The update was not made: the weights are those before it. */
export class NonFiniteLossError extends TrainerError {
  override readonly name = 'NonFiniteLossError';
  readonly update: NonFiniteUpdate;

  constructor(update: NonFiniteUpdate, lastCheckpoint: string | undefined) {
    const { step, loss, gradNorm, learningRate, provenance } = update;
    const goOn =
      lastCheckpoint === undefined
        ? 'No checkpoint was saved yet.'
        : `The last good checkpoint is ${lastCheckpoint}.`;
    super(
      `Step ${step}: the loss is ${loss} and the gradient norm ${gradNorm}, at learning rate ` +
        `${learningRate}. The update was not made. ${goOn} Batch: ${provenance}. ` +
        'Usually the learning rate is too high: lower learningRate, raise warmupSteps, or keep ' +
        'maxGradNorm at 1. If it fails at this very batch again, look at its examples.',
    );
    this.update = update;
  }
}
