// Evaluations of pretraining that say, beside the model's figures, what guessing gets on the same examples.
import type { TrainingTask } from '../loop/training-task.ts';
import { PretrainingBaselines } from '../metrics/pretraining-baselines.ts';
import type { PretrainingBatch } from './pretraining-task.ts';

/**
 * The same task, whose evaluations have `unigram_loss`, `unigram_perplexity` and `unigram_accuracy` too: what
 * the frequencies of the masked tokens alone are worth; and where sentence pairs are predicted, `coin_loss`
 * and `coin_accuracy`: what their labels' frequencies are worth. Training is unchanged.
 */
export function withBaselines<Batch extends PretrainingBatch>(
  task: TrainingTask<Batch>,
): TrainingTask<Batch> {
  return {
    ...task,
    startEvaluation: () => {
      const evaluation = task.startEvaluation();
      const baselines = new PretrainingBaselines();
      return {
        add: async (batch) => {
          baselines.add(batch, 'nsp' in task.countItems(batch));
          await evaluation.add(batch);
        },
        result: () => ({ ...evaluation.result(), ...baselines.figures() }),
      };
    },
  };
}
