// The gradients of one update from several micro-batches. Each part of the loss is a mean over the items
// (predicted tokens, say) of all micro-batches together: every micro-batch counts by its number of items, so
// the split into micro-batches changes nothing but rounding. (transformers, num_items_in_batch, 4.46.)
import { setImmediate as nextTurn } from 'node:timers/promises';

import { variableGradients } from '@malmoi/ops';
import * as tf from '@tensorflow/tfjs-core';

import type { StepFigures, TermFigures } from './step-figures.ts';
import type { LossTerm, TrainingPass, TrainingTask } from './training-task.ts';

/** Gradients by parameter name, the caller's to dispose, and the numbers of the update. */
export interface AccumulatedGradients {
  readonly gradients: Map<string, tf.Tensor>;
  readonly figures: StepFigures;
}

/** How gradients are accumulated. */
export interface AccumulateOptions {
  readonly dropoutSeed: number;
  /** `dropoutStep` of the first micro-batch; the others count on. */
  readonly firstDropoutStep: number;
  /** Asked before every micro-batch: whether to give up. Default: never. */
  readonly isStopped?: () => boolean;
}

/** A part of the loss of one micro-batch, still on the backend. */
interface MicroTerm extends LossTerm {
  readonly name: string;
  readonly items: number;
}

/**
 * Runs the micro-batches of one update. Between them the event loop turns once, so that signals arrive.
 *
 * @returns undefined when `isStopped` said so; nothing is left of the update then.
 * @throws what the task throws; no tensor remains.
 */
export async function accumulateGradients<Batch>(
  task: TrainingTask<Batch>,
  batches: readonly Batch[],
  options: AccumulateOptions,
): Promise<AccumulatedGradients | undefined> {
  const counts = batches.map((batch) => task.countItems(batch));
  const totals = sumCounts(counts);
  const terms: MicroTerm[] = [];
  let sum = new Map<string, tf.Tensor>();
  try {
    for (const [i, batch] of batches.entries()) {
      await nextTurn();
      if (options.isStopped?.() === true) return undefined;
      const dropoutStep = options.firstDropoutStep + i;
      const pass = { training: true, dropoutSeed: options.dropoutSeed, dropoutStep } as const;
      const micro = microBatchGradients(task, batch, { items: counts[i] ?? {}, totals, pass });
      terms.push(...micro.terms);
      addInPlace(sum, micro.gradients);
    }
    const gradients = sum;
    const figures = await readFigures(terms, totals);
    sum = new Map();
    return { gradients, figures };
  } finally {
    tf.dispose([...sum.values()]);
    tf.dispose(terms.flatMap(({ loss, correct }) => (correct ? [loss, correct] : [loss])));
  }
}

interface MicroBatchOptions {
  readonly items: Readonly<Record<string, number>>;
  readonly totals: ReadonlyMap<string, number>;
  readonly pass: TrainingPass;
}

/** One forward and backward pass. */
function microBatchGradients<Batch>(
  task: TrainingTask<Batch>,
  batch: Batch,
  { items, totals, pass }: MicroBatchOptions,
): { terms: MicroTerm[]; gradients: Map<string, tf.Tensor> } {
  const parameters = task.model.trainableParameters();
  const terms: MicroTerm[] = [];
  const weightedLoss = (): tf.Scalar => {
    const weighted: tf.Scalar[] = [];
    for (const [name, { loss, correct }] of Object.entries(task.computeLoss(batch, pass))) {
      const count = items[name] ?? 0;
      const total = totals.get(name) ?? 0;
      terms.push({
        name,
        items: count,
        loss: tf.keep(loss.clone()),
        ...(correct && { correct: tf.keep(correct.clone()) }),
      });
      weighted.push(count === total ? loss : tf.mul<tf.Scalar>(loss, count / total));
    }
    return weighted.reduce((sum, part) => tf.add<tf.Scalar>(sum, part));
  };
  try {
    const { value, gradients } = variableGradients(weightedLoss, [...parameters.values()]);
    value.dispose();
    const named = [...parameters].flatMap(([name, variable]): [string, tf.Tensor][] => {
      const gradient = gradients[variable.name];
      return gradient === undefined ? [] : [[name, gradient]];
    });
    return { terms, gradients: new Map(named) };
  } catch (error) {
    tf.dispose(terms.flatMap(({ loss, correct }) => (correct ? [loss, correct] : [loss])));
    throw error;
  }
}

/** Adds gradients to a sum, which takes them over. */
function addInPlace(sum: Map<string, tf.Tensor>, gradients: ReadonlyMap<string, tf.Tensor>): void {
  for (const [name, gradient] of gradients) {
    const before = sum.get(name);
    if (before === undefined) {
      sum.set(name, gradient);
      continue;
    }
    sum.set(name, tf.add(before, gradient));
    tf.dispose([before, gradient]);
  }
}

function sumCounts(counts: readonly Readonly<Record<string, number>>[]): Map<string, number> {
  const totals = new Map<string, number>();
  for (const count of counts) {
    for (const [name, items] of Object.entries(count)) {
      totals.set(name, (totals.get(name) ?? 0) + items);
    }
  }
  return totals;
}

/** Waits for the backend and joins the parts, in double precision. */
async function readFigures(
  terms: readonly MicroTerm[],
  totals: ReadonlyMap<string, number>,
): Promise<StepFigures> {
  const joined: Record<string, TermFigures> = {};
  for (const { name, items, loss, correct } of terms) {
    const total = totals.get(name) ?? 0;
    const [mean = NaN] = await loss.data();
    const share = items === total ? mean : mean * (items / total);
    const right = correct === undefined ? undefined : ((await correct.data())[0] ?? 0);
    const before = joined[name];
    joined[name] = {
      loss: (before?.loss ?? 0) + share,
      items: total,
      correct: right === undefined ? undefined : (before?.correct ?? 0) + right,
    };
  }
  const loss = Object.values(joined).reduce((sum, term) => sum + term.loss, 0);
  return { loss, terms: joined };
}
