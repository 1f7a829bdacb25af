// The figures of an evaluation for people: the model's beside those of guessing.
import type { LogRow } from '@malmoi/trainer';

import { formatCount, formatPercent, formatSeconds } from '../output/format-number.ts';
import { formatTable } from '../output/format-table.ts';

const formats = {
  loss: (value: number): string => value.toFixed(4),
  perplexity: (value: number): string => value.toFixed(2),
  accuracy: (value: number): string => formatPercent(value),
};

/** The figures as lines. */
export function evaluationLines(metrics: LogRow, maxSeqLength: number): string[] {
  const cell = (kind: keyof typeof formats, name: string): string => {
    const value = metrics[name];
    return value === undefined ? '' : formats[kind](value);
  };
  const rows = [
    ['masked words', 'model', 'unigram'],
    ['  loss', cell('loss', 'eval_mlm_loss'), cell('loss', 'eval_unigram_loss')],
    [
      '  perplexity',
      cell('perplexity', 'eval_perplexity'),
      cell('perplexity', 'eval_unigram_perplexity'),
    ],
    [
      '  accuracy',
      cell('accuracy', 'eval_mlm_accuracy'),
      cell('accuracy', 'eval_unigram_accuracy'),
    ],
  ];
  if (metrics['eval_nsp_loss'] !== undefined) {
    rows.push(
      ['sentence pairs', 'model', 'coin'],
      ['  loss', cell('loss', 'eval_nsp_loss'), cell('loss', 'eval_coin_loss')],
      ['  accuracy', cell('accuracy', 'eval_nsp_accuracy'), cell('accuracy', 'eval_coin_accuracy')],
    );
  }
  const { eval_samples: samples = 0, eval_runtime: seconds = 0 } = metrics;
  return [
    ...formatTable(rows, ['left', 'right', 'right']),
    `${formatCount(samples)} examples of at most ${maxSeqLength} tokens, ${formatSeconds(seconds)}`,
  ];
}
