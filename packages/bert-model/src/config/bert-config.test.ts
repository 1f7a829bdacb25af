import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { BertConfigError } from './bert-config-error.ts';
import { createBertConfig, withBertConfig } from './bert-config.ts';

/** The error of a configuration that must be refused. */
function refusal(options: Record<string, unknown>): BertConfigError {
  try {
    createBertConfig(options);
  } catch (error) {
    if (error instanceof BertConfigError) {
      return error;
    }
    throw error;
  }
  throw new Error('The configuration was accepted.');
}

describe('createBertConfig', () => {
  test('without options is BERT-base, as in transformers', () => {
    expect(createBertConfig()).toMatchObject({
      vocabSize: 30_522,
      hiddenSize: 768,
      numHiddenLayers: 12,
      numAttentionHeads: 12,
      intermediateSize: 3072,
      hiddenAct: 'gelu',
      hiddenDropoutProb: 0.1,
      maxPositionEmbeddings: 512,
      typeVocabSize: 2,
      layerNormEps: 1e-12,
      padTokenId: 0,
      classifierDropout: null,
      tieWordEmbeddings: true,
      numLabels: 2,
      pooling: 'cls',
    });
  });

  test.each<[string, unknown]>([
    ['numHiddenLayers', -1],
    ['numHiddenLayers', 1.5],
    ['numHiddenLayers', 1e9],
    ['vocabSize', 1e15],
    ['vocabSize', 0],
    ['vocabSize', '30522'],
    ['vocabSize', NaN],
    ['hiddenSize', null],
    ['numAttentionHeads', 0],
    ['intermediateSize', -3072],
    ['maxPositionEmbeddings', Infinity],
    ['typeVocabSize', -1],
    ['hiddenAct', 'geluu'],
    ['hiddenAct', 'constructor'],
    ['hiddenAct', null],
    ['hiddenDropoutProb', 1.5],
    ['hiddenDropoutProb', 1],
    ['hiddenDropoutProb', -0.1],
    ['attentionProbsDropoutProb', NaN],
    ['classifierDropout', '0.1'],
    ['layerNormEps', 0],
    ['layerNormEps', null],
    ['layerNormEps', -1e-12],
    ['layerNormEps', 1e-60],
    ['layerNormEps', 1e60],
    ['initializerRange', -0.02],
    ['padTokenId', -1],
    ['tieWordEmbeddings', 'true'],
    ['isDecoder', true],
    ['addCrossAttention', true],
    ['modelType', 'roberta'],
    ['problemType', 'classification'],
    ['architectures', 'BertModel'],
    ['positionEmbeddings', 'rotary'],
    ['pooling', 'mean'],
    ['classifierHiddenSize', 0],
    ['numLabels', 0],
    ['id2label', []],
    ['id2label', [1, 2]],
    ['hiddenSizee', 768],
  ])('refuses %s = %p, naming the field', (field, value) => {
    const error = refusal({ [field]: value });
    expect(error.field).toBe(field);
    expect(error.value).toEqual(value);
    expect(error.message).toContain(field);
    expect(error.message).toContain('expected');
  });

  test.each([
    [{ hiddenSize: 100, numAttentionHeads: 12 }, 'hiddenSize', 'multiple of numAttentionHeads'],
    [{ vocabSize: 100, padTokenId: 100 }, 'padTokenId', 'below vocabSize'],
    [{ vocabSize: 2 ** 31 - 1 }, 'vocabSize', 'at most 2796202'],
    [{ numLabels: 1, problemType: 'single_label_classification' }, 'problemType', 'two labels'],
    [{ numLabels: 3, id2label: ['a', 'b'] }, 'numLabels', '2, as in id2label'],
  ])('refuses %p together', (options, field, expectation) => {
    const error = refusal(options);
    expect(error.field).toBe(field);
    expect(error.message).toContain(expectation);
  });

  test('takes any sizes that fit together', () => {
    const sizes = fc.record({
      headSize: fc.integer({ min: 1, max: 64 }),
      numAttentionHeads: fc.integer({ min: 1, max: 16 }),
      numHiddenLayers: fc.integer({ min: 0, max: 48 }),
      hiddenDropoutProb: fc.double({ min: 0, max: 0.99, noNaN: true }),
    });
    fc.assert(
      fc.property(sizes, ({ headSize, ...options }) => {
        const hiddenSize = headSize * options.numAttentionHeads;
        expect(createBertConfig({ hiddenSize, ...options })).toMatchObject({
          hiddenSize,
          ...options,
        });
      }),
    );
  });

  test('is immutable', () => {
    const config = createBertConfig() as { vocabSize: number };
    expect(() => {
      config.vocabSize = 1;
    }).toThrow(TypeError);
  });

  test('names labels that nobody named', () => {
    const config = createBertConfig({ numLabels: 3 });
    expect(config.id2label).toEqual(['LABEL_0', 'LABEL_1', 'LABEL_2']);
    expect(config.label2id.get('LABEL_2')).toBe(2);
  });

  test('keeps labels that are called like members of Object', () => {
    const config = createBertConfig({ id2label: ['constructor', '__proto__'] });
    expect(config.label2id.get('__proto__')).toBe(1);
    expect(config.label2id.get('toString')).toBeUndefined();
  });
});

describe('withBertConfig', () => {
  test('changes what is named and keeps the rest, null included', () => {
    const base = createBertConfig({ padTokenId: null, vocabSize: 100, id2label: ['no', 'yes'] });
    const changed = withBertConfig(base, { vocabSize: 200 });
    expect(changed).toMatchObject({ padTokenId: null, vocabSize: 200, id2label: ['no', 'yes'] });
    expect(base.vocabSize).toBe(100);
  });
});
