// One evaluation: every batch of one epoch of held-out data, the same batches each time.
import { setImmediate } from 'node:timers/promises';

import type { DataSource } from '../data/data-source.ts';
import type { Json } from '../json.ts';
import { TrainerError } from '../trainer-error.ts';
import type { LogRow } from './trainer-state.ts';
import type { TrainingTask } from './training-task.ts';

/** The evaluation data has no batch. */
export class EmptyEvaluationError extends TrainerError {
  override readonly name = 'EmptyEvaluationError';

  constructor() {
    super(
      'The evaluation data has no batch: set more of the corpus aside, or lower the batch size.',
    );
  }
}

/**
 * Evaluates on the epoch that begins at a cursor.
 *
 * @returns the task's figures with the prefix `eval_`, and `eval_runtime` (seconds),
 *   `eval_samples_per_second` and `eval_steps_per_second`.
 * @throws EmptyEvaluationError
 */
export async function evaluateEpoch<Batch>(
  task: TrainingTask<Batch>,
  data: DataSource<Batch>,
  start: Json,
): Promise<LogRow> {
  const began = performance.now();
  const evaluation = task.startEvaluation();
  let batches = 0;
  let examples = 0;
  data.seek(start);
  for (let batch = await data.next(); batch !== undefined; batch = await data.next()) {
    await evaluation.add(batch);
    batches++;
    examples += task.countExamples(batch);
    // Computing holds up the event loop: between two batches signals and timers are heard.
    await setImmediate();
  }
  if (batches === 0) throw new EmptyEvaluationError();
  const seconds = (performance.now() - began) / 1000;
  const figures = Object.entries(evaluation.result());
  return {
    ...Object.fromEntries(figures.map(([name, value]) => [`eval_${name}`, value])),
    eval_runtime: seconds,
    eval_samples_per_second: examples / seconds,
    eval_steps_per_second: batches / seconds,
  };
}
