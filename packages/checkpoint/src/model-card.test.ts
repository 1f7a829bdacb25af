import { describe, expect, test } from '@jest/globals';
import { createBertConfig } from '@malmoi/bert-model';

import { createModelCard, type ModelCardFacts, type ModelCardModel } from './model-card.ts';

const model: ModelCardModel = {
  architecture: 'BertForPreTraining',
  config: createBertConfig({ vocabSize: 32_000 }),
  parameters: 110_700_000,
  dtype: 'BF16',
};

const card = (facts: ModelCardFacts = {}, changes: Partial<ModelCardModel> = {}): string =>
  createModelCard({ ...model, ...changes }, facts, 'my-bert');

const frontMatter = (text: string): string => text.split('---\n')[1] ?? '';

describe('createModelCard', () => {
  test('a whole card', () => {
    const text = card({
      modelName: 'me/korean-bert',
      description: 'A small Korean BERT.',
      language: 'ko',
      license: 'apache-2.0',
      tags: ['korean', 'bert'],
      datasets: ['me/corpus'],
      baseModel: 'me/base',
      training: {
        Corpus: 'wiki | news',
        Steps: 100_000,
        'Learning rate': 0.0001,
        'Whole words': true,
      },
      evaluation: { 'Masked LM accuracy': 0.614 },
    });
    expect(text).toBe(`---
language:
- ko
license: apache-2.0
library_name: transformers
pipeline_tag: fill-mask
tags:
- bert
- malmoi
- korean
datasets:
- me/corpus
base_model: me/base
---

# me/korean-bert

A small Korean BERT.

## Model

| | |
|---|---|
| Architecture | BertForPreTraining |
| Parameters | 110,700,000 |
| Layers | 12 |
| Hidden size | 768 |
| Attention heads | 12 |
| Intermediate size | 3,072 |
| Vocabulary | 32,000 |
| Longest input | 512 |
| Weights | BF16 |

## Training

| | |
|---|---|
| Corpus | wiki \\| news |
| Steps | 100,000 |
| Learning rate | 0.0001 |
| Whole words | true |

## Evaluation

| | |
|---|---|
| Masked LM accuracy | 0.614 |

## How to use

In Python:

\`\`\`python
from transformers import AutoTokenizer, BertForPreTraining

tokenizer = AutoTokenizer.from_pretrained("me/korean-bert")
model = BertForPreTraining.from_pretrained("me/korean-bert")
\`\`\`

In TypeScript, with Malmoi:

\`\`\`ts
import { loadCheckpoint } from '@malmoi/checkpoint';

const { model, tokenizer } = await loadCheckpoint("me/korean-bert");
\`\`\`
`);
  });

  test('without facts: the folder’s name, and no empty sections', () => {
    const text = card();
    expect(text).toContain('# my-bert\n');
    expect(text).toContain('from_pretrained("my-bert")');
    expect(text).not.toMatch(/## Training|## Evaluation|license|language|undefined/);
  });

  test.each([
    ['BertForMaskedLM', 'fill-mask'],
    ['BertForSequenceClassification', 'text-classification'],
    ['BertForTokenClassification', 'token-classification'],
    ['BertForQuestionAnswering', 'question-answering'],
    ['BertModel', 'feature-extraction'],
  ])('%s is for %s', (architecture, tag) => {
    expect(frontMatter(card({}, { architecture }))).toContain(`pipeline_tag: ${tag}\n`);
  });

  test('an architecture without a task has no tag', () => {
    expect(frontMatter(card({}, { architecture: 'BertForNextSentencePrediction' }))).not.toContain(
      'pipeline_tag',
    );
  });

  test('the front matter stays what was meant: quotes where YAML would read something else', () => {
    const hostile = [
      'no',
      'true',
      '1.0',
      'a: b',
      '- x',
      '---',
      '#c',
      '"q"',
      'two\nlines',
      '말모이',
      '',
      '{a}',
      '*a',
      'a #b',
    ];
    const lines = frontMatter(card({ tags: hostile, license: 'x\n---\nevil: true' })).split('\n');
    expect(lines).toContain('license: "x\\n---\\nevil: true"');
    expect(lines.slice(lines.indexOf('- malmoi') + 1, -1)).toEqual(
      hostile.map((tag) => `- ${JSON.stringify(tag)}`),
    );
  });

  test('a table stays a table', () => {
    const text = card({ training: { 'a|b\nc': 'x\r\n| y |' } });
    expect(text).toContain('| a\\|b c | x \\| y \\| |\n');
  });
});
