// What is trained: a model, and how a batch becomes a loss. The loop knows nothing else about either.
import type { Scalar, Variable } from '@tensorflow/tfjs-core';

/** A model as the loop sees it: parameters by name. Every model of @malmoi/bert-model is one. */
export interface TrainableModel {
  /** All parameters, frozen ones included. */
  namedParameters(): ReadonlyMap<string, Variable>;
  /** Those that train. */
  trainableParameters(): ReadonlyMap<string, Variable>;
}

/** How a forward pass is to run. */
export interface TrainingPass {
  readonly training: true;
  /** With `dropoutStep`, decides the dropout masks. */
  readonly dropoutSeed: number;
  /** Numbers the micro-batches of the run. */
  readonly dropoutStep: number;
}

/** One part of a loss. */
export interface LossTerm {
  /** Mean over the batch's items. */
  readonly loss: Scalar;
  /** How many items were predicted right, where that is counted. */
  readonly correct?: Scalar;
}

/** Sums over the batches of an evaluation. */
export interface Evaluation<Batch> {
  /** Runs the model on a batch, without dropout, and counts. Leaves no tensor behind. */
  add(batch: Batch): Promise<void>;
  /** The figures by name, without the prefix `eval_`; `loss` among them. */
  result(): Readonly<Record<string, number>>;
}

/** A model with its loss. */
export interface TrainingTask<Batch> {
  readonly model: TrainableModel;
  /**
   * The parts of the loss, and over how many items of this batch each is a mean: predicted tokens for
   * masked-LM, examples for a classifier. Parts of several batches are joined as one mean over all items.
   */
  countItems(batch: Batch): Readonly<Record<string, number>>;
  /** Tokens that are not padding. */
  countTokens(batch: Batch): number;
  /** Examples of the batch. */
  countExamples(batch: Batch): number;
  /** The parts of the loss, with the names of `countItems`. What it allocates, the loop disposes. */
  computeLoss(batch: Batch, pass: TrainingPass): Readonly<Record<string, LossTerm>>;
  /** Begins an evaluation. */
  startEvaluation(): Evaluation<Batch>;
}
