// Masking against its probabilities over a million tokens, and a batch against the examples it was made of.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { BatchBuffers, type Batch } from '../src/collate/batch.ts';
import { IGNORE_INDEX, ignoredLabels, weightedLabels } from '../src/collate/dense-labels.ts';
import {
  exampleLength,
  MlmCollator,
  type MlmCollatorOptions,
} from '../src/collate/mlm-collator.ts';
import { mlmVocabulary } from '../src/collate/mlm-vocabulary.ts';
import { packExamples } from '../src/collate/pack-examples.ts';
import { DatasetsOptionError } from '../src/errors.ts';
import type { ExampleReference, ExampleWindow } from '../src/examples/example-stream.ts';
import type { ExampleStrategy } from '../src/examples/example-strategy.ts';
import { ExampleTable } from '../src/examples/example-table.ts';
import { FullSentenceExamples } from '../src/examples/full-sentence-examples.ts';
import { NextSentenceExamples } from '../src/examples/next-sentence-examples.ts';
import {
  documentCount,
  tokenizedDocuments,
  type TokenizedDocuments,
} from '../src/examples/tokenized-documents.ts';
import { Random } from '../src/random.ts';

const special = { padTokenId: 0, clsTokenId: 2, sepTokenId: 3, maskTokenId: 4 };
/** 1,000 tokens: five special, then every third continues a word. */
const vocabulary = mlmVocabulary({
  ...special,
  vocabSize: 1000,
  specialTokenIds: [0, 1, 2, 3, 4],
  isContinuation: (id) => id >= 5 && id % 3 === 0,
});

function randomCorpus(documents: number, seed = 1): TokenizedDocuments {
  const random = new Random(seed);
  const sentence = (): number[] =>
    Array.from({ length: random.between(3, 20) }, () => random.between(5, 999));
  return tokenizedDocuments(
    Array.from({ length: documents }, () =>
      Array.from({ length: random.between(4, 12) }, sentence),
    ),
    1000,
  );
}

function windowOf(
  documents: TokenizedDocuments,
  strategy: ExampleStrategy,
  epoch = 0,
): ExampleWindow {
  const table = new ExampleTable();
  for (let document = 0; document < documentCount(documents); document++) {
    strategy.addExamples(documents, document, new Random(epoch, document), table);
  }
  return { documents, table, epoch };
}

const referencesOf = (window: ExampleWindow): ExampleReference[] =>
  Array.from({ length: window.table.length }, (_, index) => ({ window, index }));

const pairs = (documents = 60): ExampleReference[] =>
  referencesOf(windowOf(randomCorpus(documents), new NextSentenceExamples()));

/** The batch with its masked positions filled in again. */
function unmasked(batch: Batch): Int32Array {
  return weightedLabels(batch).labels;
}

describe('MlmCollator', () => {
  test('writes [CLS] A [SEP] B [SEP] and pads; ids, types, mask and labels agree', () => {
    const examples = pairs();
    const batch = new MlmCollator(vocabulary, { padToMultipleOf: 8 }).collate(examples);
    expect(batch.length % 8).toBe(0);
    const restored = unmasked(batch);
    examples.forEach(({ window, index }, row) => {
      const { a, b, label } = window.table.at(index);
      const text = (segment = a): number[] => [
        ...window.documents.tokens.slice(segment.start, segment.end),
      ];
      const expected = [2, ...text(a), 3, ...text(b), 3];
      const padding = new Array<number>(batch.length - expected.length).fill(0);
      const slice = (array: Int32Array): number[] => [
        ...array.subarray(row * batch.length, (row + 1) * batch.length),
      ];
      expect(slice(restored)).toEqual([...expected, ...padding]);
      expect(slice(batch.attentionMask)).toEqual([...expected.map(() => 1), ...padding]);
      const types = expected.map((_, i) => (i >= text(a).length + 2 ? 1 : 0));
      expect(slice(batch.tokenTypeIds)).toEqual([...types, ...padding]);
      expect(batch.nextSentenceLabel[row]).toBe(label);
    });
  });

  test.each<[string, MlmCollatorOptions, number]>([
    ['token', {}, 5],
    ['whole-word', { masking: 'whole-word' }, 8],
    ['span', { masking: 'span' }, 8],
    ['token, 30 %', { mlmProbability: 0.3 }, 5],
  ])('%s: the shares are right over a million tokens', (_, options, deviations) => {
    const examples = pairs(600);
    const counts = { tokens: 0, chosen: 0, masks: 0, kept: 0, special: 0 };
    const collator = (seed: number): MlmCollator =>
      new MlmCollator(vocabulary, { ...options, seed });
    const buffers = new BatchBuffers();
    for (let seed = 0; counts.tokens < 1_000_000; seed++) {
      const batch = collator(seed).collate(examples, buffers);
      const restored = unmasked(batch);
      for (const id of restored) if (id >= 5) counts.tokens++;
      counts.chosen += batch.maskedPositions.length;
      batch.maskedPositions.forEach((position, i) => {
        const shown = batch.inputIds[position] ?? 0;
        if (shown === 4) counts.masks++;
        else if (shown === batch.maskedLabels[i]) counts.kept++;
        else if (shown < 5) counts.special++;
        if ((batch.maskedLabels[i] ?? 0) < 5) counts.special++;
      });
    }
    const { tokens, chosen, masks, kept, special } = counts;
    const near = (count: number, n: number, p: number): void => {
      expect(Math.abs(count - n * p)).toBeLessThan(deviations * Math.sqrt(n * p * (1 - p)));
    };
    near(chosen, tokens, options.mlmProbability ?? 0.15);
    near(masks, chosen, 0.8);
    near(kept, chosen, 0.1 + 0.1 / 995); // A random token may be the same one.
    expect(special).toBe(0);
  });

  test('random tokens are uniform over what is not special', () => {
    const collator = new MlmCollator(vocabulary, {
      maskReplaceProb: 0,
      randomReplaceProb: 1,
      mlmProbability: 1,
    });
    const counts = new Float64Array(1000);
    const batch = collator.collate(pairs(1500));
    for (const position of batch.maskedPositions) {
      const id = batch.inputIds[position] ?? 0;
      counts[id] = (counts[id] ?? 0) + 1;
    }
    const n = batch.maskedPositions.length;
    expect(n).toBeGreaterThan(100_000);
    expect([...counts.subarray(0, 5)]).toEqual([0, 0, 0, 0, 0]);
    const expected = n / 995;
    const chiSquare = counts
      .subarray(5)
      .reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 994 degrees of freedom: mean 994, deviation 44.6.
    expect(Math.abs(chiSquare - 994)).toBeLessThan(6 * 44.6);
  });

  test('a mask belongs to the example and the epoch, not to the batch', () => {
    const examples = pairs(10);
    const collator = new MlmCollator(vocabulary, { padding: 'max_length' });
    const row = (batch: Batch, index: number): string =>
      batch.inputIds.slice(index * batch.length, (index + 1) * batch.length).join();
    const together = collator.collate(examples);
    examples.toReversed().forEach((example, i) => {
      expect(row(collator.collate([example]), 0)).toBe(row(together, examples.length - 1 - i));
    });
    const later = examples.map(({ window, index }) => ({ window: { ...window, epoch: 1 }, index }));
    expect(row(collator.collate(later), 0)).not.toBe(row(together, 0));
    const other = new MlmCollator(vocabulary, { padding: 'max_length', seed: 43 });
    expect(row(other.collate(examples), 0)).not.toBe(row(together, 0));
  });

  test.each(['whole-word', 'span'] as const)('%s: words are predicted whole', (masking) => {
    const batch = new MlmCollator(vocabulary, { masking }).collate(pairs(200));
    const restored = unmasked(batch);
    const chosen = new Uint8Array(restored.length);
    for (const position of batch.maskedPositions) chosen[position] = 1;
    let joined = 0;
    for (let at = 1; at < restored.length; at++) {
      const continues = vocabulary.isContinuation[restored[at] ?? 0] === 1;
      const afterSpecial = vocabulary.isSpecial[restored[at - 1] ?? 0] === 1;
      if (!continues || afterSpecial) continue;
      joined++;
      expect(chosen[at]).toBe(chosen[at - 1]);
    }
    expect(joined).toBeGreaterThan(1000);
  });

  test('spans are longer than words', () => {
    const runs = (masking: 'span' | 'whole-word'): number => {
      const { maskedPositions } = new MlmCollator(vocabulary, { masking }).collate(pairs(300));
      const starts = maskedPositions.filter((at, i) => at !== (maskedPositions[i - 1] ?? -2) + 1);
      return maskedPositions.length / starts.length;
    };
    expect(runs('span')).toBeGreaterThan(1.8 * runs('whole-word'));
  });

  test('maxPredictionsPerSequence is kept, and which ones stay is random', () => {
    const examples = pairs(50);
    const collator = new MlmCollator(vocabulary, {
      maxPredictionsPerSequence: 5,
      mlmProbability: 0.5,
    });
    const batch = collator.collate(examples);
    const perRow = new Array<number>(batch.batchSize).fill(0);
    let late = 0;
    for (const position of batch.maskedPositions) {
      const row = Math.floor(position / batch.length);
      perRow[row] = (perRow[row] ?? 0) + 1;
      const example = examples[row];
      const middle = example === undefined ? 0 : exampleLength(example) / 2;
      if (position % batch.length >= middle) late++;
    }
    expect(Math.max(...perRow)).toBe(5);
    // As many from the second half of a row as from the first.
    const n = batch.maskedPositions.length;
    expect(Math.abs(late - n / 2)).toBeLessThan(5 * Math.sqrt(n / 4));
    expect([...batch.maskedPositions]).toEqual(
      [...batch.maskedPositions].toSorted((a, b) => a - b),
    );
  });

  test('buffers are used again and do not leak into the next batch', () => {
    const examples = pairs(40);
    const collator = new MlmCollator(vocabulary);
    const buffers = new BatchBuffers();
    const large = collator.collate(examples, buffers);
    const memory = large.inputIds.buffer;
    const small = collator.collate(examples.slice(0, 3), buffers);
    expect(small.inputIds.buffer).toBe(memory);
    const fresh = collator.collate(examples.slice(0, 3));
    expect(small).toEqual(fresh);
  });

  test('options that cannot be, and examples that do not fit, are said', () => {
    for (const options of [
      { mlmProbability: 1.5 },
      { maskReplaceProb: 0.9, randomReplaceProb: 0.2 },
      { padToMultipleOf: 0 },
      { maxPredictionsPerSequence: 0.5 },
    ]) {
      expect(() => new MlmCollator(vocabulary, options)).toThrow(DatasetsOptionError);
    }
    const short = new MlmCollator(vocabulary, { maxSeqLength: 10 });
    expect(() => short.collate(pairs())).toThrow(/maxSeqLength is 10; expected at least/);
    const none = { ...special, vocabSize: 5, specialTokenIds: [0, 1, 2, 3, 4] };
    expect(() => mlmVocabulary({ ...none, isContinuation: () => false })).toThrow(
      /special tokens only/,
    );
  });
});

describe('labels for every position', () => {
  test('transformers: -100 except where predicted; Keras: every token, weighted', () => {
    const batch = new MlmCollator(vocabulary).collate(pairs(5));
    const ignored = ignoredLabels(batch);
    const { labels, weights } = weightedLabels(batch);
    labels.forEach((label, at) => {
      expect(ignored[at]).toBe(weights[at] === 1 ? label : IGNORE_INDEX);
    });
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(batch.maskedPositions.length);
  });
});

describe('packing', () => {
  const singles = (documents: number): ExampleReference[] => {
    const strategy = new FullSentenceExamples({ maxSeqLength: 64, shortSeqProbability: 0.5 });
    return referencesOf(windowOf(randomCorpus(documents, 5), strategy));
  };

  test('loses no example, overfills no row, fills most of them', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 64, max: 256 }),
        (documents, length) => {
          const examples = singles(documents);
          const { rows, fillRate } = packExamples(examples, length);
          expect(rows.flat().length).toBe(examples.length);
          expect(new Set(rows.flat()).size).toBe(examples.length);
          const sizes = rows.map((row) =>
            row.reduce((sum, example) => sum + exampleLength(example), 0),
          );
          expect(Math.max(...sizes)).toBeLessThanOrEqual(length);
          const tokens = sizes.reduce((sum, size) => sum + size, 0);
          expect(fillRate).toBeCloseTo(tokens / (rows.length * length), 12);
        },
      ),
      { numRuns: 30 },
    );
    expect(packExamples(singles(200), 128).fillRate).toBeGreaterThan(0.97);
  });

  test('each sequence keeps its tokens, its mask and its own positions', () => {
    const examples = singles(30);
    const collator = new MlmCollator(vocabulary, { maxSeqLength: 128 });
    const { rows } = packExamples(examples, 128);
    const packed = collator.collatePacked(rows);
    rows.forEach((row, r) => {
      let at = r * packed.length;
      row.forEach((example, sequence) => {
        const alone = collator.collate([example]);
        const end = at + alone.length;
        expect([...packed.inputIds.subarray(at, end)]).toEqual([...alone.inputIds]);
        expect(new Set(packed.sequenceIds.subarray(at, end))).toEqual(new Set([sequence + 1]));
        expect([...packed.positionIds.subarray(at, end)]).toEqual([...alone.inputIds.keys()]);
        at = end;
      });
      const padding = packed.sequenceIds.subarray(at, (r + 1) * packed.length);
      expect(padding.every((id) => id === 0)).toBe(true);
    });
  });

  test('pairs are refused: their segments say nothing of where a sequence ends', () => {
    const collator = new MlmCollator(vocabulary, { maxSeqLength: 256 });
    expect(() => collator.collatePacked([pairs().slice(0, 1)])).toThrow(DatasetsOptionError);
  });
});
