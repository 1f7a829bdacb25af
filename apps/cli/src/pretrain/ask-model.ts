// The end of a run: the new model fills blanks, those of the sample's fixed questions where it learned from
// the sample.

import { sampleClozeQuestions } from '@malmoi/datasets/sample';
import { FillMaskPipeline } from '@malmoi/pipelines';
import type { WordPieceTokenizer } from '@malmoi/wordpiece';

import { formatPercent } from '../output/format-number.ts';
import { formatTable } from '../output/format-table.ts';
import type { PretrainedModel } from './create-model.ts';

/** A question, what the model answers, and whether that is right. */
export interface ClozeAnswer {
  readonly text: string;
  readonly answer: string;
  /** Best first. */
  readonly predictions: readonly { readonly token_str: string; readonly score: number }[];
  readonly correct: boolean;
}

const TOP = 3;

/** Asks the sample's questions. The pipeline is not disposed: the model stays the caller's. */
export async function askSampleQuestions(
  model: PretrainedModel,
  tokenizer: WordPieceTokenizer,
  warn: (message: string) => void,
): Promise<ClozeAnswer[]> {
  const fill = new FillMaskPipeline(model, tokenizer, warn);
  const texts = sampleClozeQuestions.map(({ text }) => text);
  const results = await fill.callForMasks(texts, { topK: TOP });
  return sampleClozeQuestions.map(({ text, answer }, i) => {
    const predictions = (results[i]?.[0] ?? []).map(({ token_str, score }) => ({
      token_str,
      score,
    }));
    return { text, answer, predictions, correct: predictions[0]?.token_str === answer };
  });
}

/** The answers as lines. */
export function answerLines(answers: readonly ClozeAnswer[]): string[] {
  const rows = answers.map(({ text, answer, predictions, correct }) => [
    correct ? 'right' : `wrong, ${answer}`,
    text,
    predictions.map(({ token_str, score }) => `${token_str} ${formatPercent(score, 1)}`).join(', '),
  ]);
  const right = answers.filter(({ correct }) => correct).length;
  return [...formatTable(rows), `${right} of ${answers.length} right`];
}
