// The figures of pretraining: loss and accuracy of both tasks, and the perplexity of the masked tokens,
// exp(mean cross-entropy), as transformers' run_mlm.py reports it.
import { accuracy, meanLoss, type EvaluatedTerm } from './mean-evaluation.ts';

/** `loss` (the sum), `<part>_loss`, `<part>_accuracy` of `mlm` and `nsp`, and `perplexity` of `mlm`. */
export function pretrainingFigures(
  terms: ReadonlyMap<string, EvaluatedTerm>,
): Record<string, number> {
  const figures: Record<string, number> = { loss: 0 };
  let loss = 0;
  for (const [name, term] of terms) {
    const mean = meanLoss(term);
    loss += mean;
    figures[`${name}_loss`] = mean;
    const right = accuracy(term);
    if (right !== undefined) figures[`${name}_accuracy`] = right;
    if (name === 'mlm') figures['perplexity'] = Math.exp(mean);
  }
  return { ...figures, loss };
}
