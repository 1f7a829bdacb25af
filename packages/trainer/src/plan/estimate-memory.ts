// How much memory training a BERT takes: weights, gradients, the optimizer's moments, and what the forward pass
// keeps for the backward pass. An estimate from the architecture, to be told before a run that cannot fit.
import { availableMemory } from 'node:process';

import type { BertConfig } from '@malmoi/bert-model';

import { TrainerError } from '../trainer-error.ts';

/** The size of what is trained. */
export interface MemoryOptions {
  readonly config: Pick<
    BertConfig,
    'vocabSize' | 'hiddenSize' | 'numHiddenLayers' | 'numAttentionHeads' | 'intermediateSize'
  >;
  /** Weights of the model: `model.numParameters()`. */
  readonly parameters: number;
  /** Examples of a micro-batch, and tokens of an example. */
  readonly batchSize: number;
  readonly length: number;
  /** Part of the tokens that is predicted over the vocabulary. Default 0.15; 0 for a classifier. */
  readonly mlmProbability?: number;
}

/** Bytes, by what they are for. */
export interface MemoryEstimate {
  readonly parameters: number;
  readonly gradients: number;
  readonly optimizer: number;
  readonly activations: number;
  readonly total: number;
}

/** A run needs more memory than there is. */
export class InsufficientMemoryError extends TrainerError {
  override readonly name = 'InsufficientMemoryError';
  readonly estimate: MemoryEstimate;
  /** Bytes. */
  readonly available: number;

  constructor(estimate: MemoryEstimate, available: number) {
    super(
      `This run needs about ${gigabytes(estimate.total)} (weights ${gigabytes(estimate.parameters)}, ` +
        `gradients ${gigabytes(estimate.gradients)}, optimizer ${gigabytes(estimate.optimizer)}, ` +
        `activations ${gigabytes(estimate.activations)}) and ${gigabytes(available)} are available. ` +
        'Lower perDeviceTrainBatchSize and raise gradientAccumulationSteps by as much, shorten the ' +
        'sequences, or take a smaller model.',
    );
    this.estimate = estimate;
    this.available = available;
  }
}

const FLOAT = 4;

/**
 * Estimates the peak of one update, in bytes. Both optimizers keep two moments of each weight. The activations
 * are those of the plain TensorFlow.js compositions (measured on `cpu`, within 25 % at the sizes of the tests);
 * a backend with fused kernels needs less. Saving adds nothing: a checkpoint's copy of weights and moments is the
 * operating system's, in its memory for files, which it can give back once the disk has them.
 */
export function estimateMemory(options: MemoryOptions): MemoryEstimate {
  const { config, batchSize, length, mlmProbability = 0.15 } = options;
  const { vocabSize, hiddenSize, numHiddenLayers, numAttentionHeads, intermediateSize } = config;
  const tokens = batchSize * length;
  // Numbers held for each token, fitted to measured peaks of small models: TensorFlow.js keeps what the
  // forward pass made, and what the backward pass makes, to the end of the update.
  const layer = 16 * hiddenSize + 4 * intermediateSize + 3 * numAttentionHeads * length;
  // The last layer is computed where it is read: at the predicted positions and the first token.
  const read = mlmProbability === 0 ? 1 : Math.min(1, mlmProbability + 1 / length);
  const keysAndValues = 8 * hiddenSize;
  const layers =
    numHiddenLayers === 0 ? 0 : (numHiddenLayers - 1 + read) * layer + (1 - read) * keysAndValues;
  const embeddings = 36 * hiddenSize;
  const head = mlmProbability * (4.5 * vocabSize + 10 * hiddenSize);
  const activations = FLOAT * tokens * (layers + embeddings + head);
  const parameters = FLOAT * options.parameters;
  const optimizer = 2 * parameters;
  return {
    parameters,
    gradients: parameters,
    optimizer,
    activations,
    total: 2 * parameters + optimizer + activations,
  };
}

/**
 * Refuses a run that would not fit.
 *
 * @param available bytes; default what the operating system can give this process now.
 * @throws InsufficientMemoryError
 */
export function requireMemory(estimate: MemoryEstimate, available = availableMemory()): void {
  if (estimate.total > available) throw new InsufficientMemoryError(estimate, available);
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
