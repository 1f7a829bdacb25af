// What models refuse, and the losses that the parity files do not reach.
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@malmoi/ops';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import {
  BertForMaskedLM,
  BertForPreTraining,
  BertForQuestionAnswering,
  BertForSequenceClassification,
  BertInputError,
  BertModel,
  ignoredLabel,
  valueAndGradients,
  type BertConfigOptions,
  type BertInputs,
} from '../src/index.ts';

import { ids, tinyBatch, tinyConfig } from './tiny-models.ts';

beforeAll(async () => {
  await useBackend('cpu');
});

describe('inputs', () => {
  let model: BertModel;
  beforeAll(() => {
    model = new BertModel(tinyConfig(), { seed: 1 });
  });
  afterAll(() => {
    model.dispose();
  });

  const inputIds = (): tf.Tensor2D => ids([[2, 7, 3]]);

  test.each<[string, () => BertInputs, RegExp]>([
    [
      'ids of another type',
      () => ({ inputIds: tf.zeros([1, 3]) }),
      /inputIds is float32 \[1, 3\]/u,
    ],
    ['no ids', () => ({ inputIds: tf.zeros([0, 3], 'int32') }), /not empty/u],
    [
      'a mask of another shape',
      () => ({ inputIds: inputIds(), attentionMask: ids([[1, 1]]) }),
      /attentionMask is int32 \[1, 2\]/u,
    ],
    [
      'a mask of another type',
      () => ({ inputIds: inputIds(), attentionMask: tf.ones([1, 3]) }),
      /attentionMask is float32/u,
    ],
    [
      'segments of another shape',
      () => ({ inputIds: inputIds(), tokenTypeIds: ids([[0]]) }),
      /tokenTypeIds/u,
    ],
    [
      'positions of another shape',
      () => ({ inputIds: inputIds(), positionIds: ids([[0]]) }),
      /positionIds/u,
    ],
    [
      'a sequence too long',
      () => ({ inputIds: tf.zeros([1, 13], 'int32') }),
      /13 tokens long.*maxPositionEmbeddings, 12/u,
    ],
    ['an id past the vocabulary', () => ({ inputIds: ids([[2, 30]]) }), /30/u],
    ['a negative id', () => ({ inputIds: ids([[-1, 3]]) }), /-1/u],
    ['a segment too many', () => ({ inputIds: inputIds(), tokenTypeIds: ids([[0, 1, 2]]) }), /2/u],
    ['a position too far', () => ({ inputIds: inputIds(), positionIds: ids([[0, 1, 12]]) }), /12/u],
  ])('refuses %s and leaves no tensor', (_, makeInputs, message) => {
    const inputs = makeInputs();
    const before = tf.memory().numTensors;
    expect(() => model.forward(inputs)).toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(Object.values(inputs));
  });

  test.each(['dropoutSeed', 'dropoutStep'] as const)('training needs a %s', (missing) => {
    const options = { training: true, dropoutSeed: 1, dropoutStep: 1, [missing]: undefined };
    const inputs = { inputIds: inputIds() };
    const run = (): unknown => model.forward(inputs, options);
    expect(run).toThrow(BertInputError);
    expect(run).toThrow(missing);
    tf.dispose(inputs.inputIds);
  });

  test('training without dropout needs neither', () => {
    tf.tidy(() => {
      const rates = { hiddenDropoutProb: 0, attentionProbsDropoutProb: 0 };
      const dry = new BertModel(tinyConfig(rates), { seed: 1 });
      const output = dry.forward({ inputIds: inputIds() }, { training: true });
      expect(output.lastHiddenState.shape).toEqual([1, 3, 8]);
      dry.dispose();
    });
  });

  test('a model without segments ignores them', () => {
    tf.tidy(() => {
      const plain = new BertModel(tinyConfig({ typeVocabSize: 0 }), { seed: 1 });
      const [without, withTypes] = [
        plain.forward({ inputIds: inputIds() }),
        plain.forward({ inputIds: inputIds(), tokenTypeIds: ids([[0, 1, 1]]) }),
      ];
      expect(withTypes.poolerOutput.arraySync()).toEqual(without.poolerOutput.arraySync());
      plain.dispose();
    });
  });
});

describe('masked positions', () => {
  const labels = [
    [ignoredLabel, 7, ignoredLabel, ignoredLabel, ignoredLabel, ignoredLabel],
    [ignoredLabel, ignoredLabel, 12, ignoredLabel, ignoredLabel, ignoredLabel],
  ];

  test.each([
    ['half a pair', () => ({ maskedPositions: tf.tensor1d([1], 'int32') })],
    ['the other half', () => ({ maskedLabels: tf.tensor1d([1], 'int32') })],
    [
      'both forms',
      () => ({
        labels: ids(labels),
        maskedPositions: tf.tensor1d([1], 'int32'),
        maskedLabels: tf.tensor1d([1], 'int32'),
      }),
    ],
    [
      'a label too few',
      () => ({
        maskedPositions: tf.tensor1d([1, 2], 'int32'),
        maskedLabels: tf.tensor1d([1], 'int32'),
      }),
    ],
    ['labels of another shape', () => ({ labels: ids([[1]]) })],
    ['none at all', () => ({})],
  ])('refuses %s', (_, makeTargets) => {
    tf.tidy(() => {
      const model = new BertForMaskedLM(tinyConfig());
      const inputs = { ...tinyBatch(), ...makeTargets() };
      expect(() => model.computeLoss(inputs)).toThrow(BertInputError);
      model.dispose();
    });
  });

  test('a batch without a masked token has loss 0 and gradients of 0', () => {
    tf.tidy(() => {
      const model = new BertForMaskedLM(tinyConfig(), { seed: 1 });
      const none = ids(labels.map((row) => row.map(() => ignoredLabel)));
      const { outputs, gradients } = valueAndGradients(model, () =>
        model.computeLoss({ ...tinyBatch(), labels: none }),
      );
      expect(outputs.loss.dataSync()[0]).toBe(0);
      for (const gradient of gradients.values()) {
        expect(gradient.dataSync().every((value) => value === 0)).toBe(true);
      }
      model.dispose();
    });
  });

  test('pretraining adds what it is given: both losses, or either alone', () => {
    tf.tidy(() => {
      const model = new BertForPreTraining(tinyConfig(), { seed: 1 });
      const masked = { ...tinyBatch(), labels: ids(labels) };
      const nextSentenceLabel = tf.tensor1d([0, 1], 'int32');
      const value = (tensor?: tf.Scalar): number => tensor?.dataSync()[0] ?? NaN;
      const both = model.computeLoss({ ...masked, nextSentenceLabel });
      const mlm = model.computeLoss(masked);
      const nsp = model.computeLoss({ ...tinyBatch(), nextSentenceLabel });
      expect(value(both.loss)).toBeCloseTo(value(mlm.loss) + value(nsp.loss), 5);
      expect(value(both.maskedLmLoss)).toBe(value(mlm.loss));
      expect(value(both.nextSentenceLoss)).toBe(value(nsp.loss));
      expect(mlm.nextSentenceLoss).toBeUndefined();
      expect(() => model.computeLoss(tinyBatch())).toThrow('labels, nextSentenceLabel, or both');
      model.dispose();
    });
  });
});

describe('problem types', () => {
  function lossOf(options: BertConfigOptions, labels: tf.Tensor): number {
    const model = new BertForSequenceClassification(tinyConfig(options), { seed: 1 });
    const { loss } = model.computeLoss({ ...tinyBatch(), labels });
    model.dispose();
    return loss.dataSync()[0] ?? NaN;
  }

  const classes = (): tf.Tensor1D => tf.tensor1d([2, 0], 'int32');
  const several = (): tf.Tensor2D => tf.tensor2d([[1, 0, 1], [0, 0, 1]]); // prettier-ignore
  const numbers = (): tf.Tensor1D => tf.tensor1d([0.5, 2]);

  test('are inferred from the number and the type of the labels', () => {
    tf.tidy(() => {
      const single = { problemType: 'single_label_classification' } as const;
      const multi = { problemType: 'multi_label_classification' } as const;
      expect(lossOf({ numLabels: 3 }, classes())).toBe(
        lossOf({ numLabels: 3, ...single }, classes()),
      );
      expect(lossOf({ numLabels: 3 }, several())).toBe(
        lossOf({ numLabels: 3, ...multi }, several()),
      );
      expect(lossOf({ numLabels: 1 }, numbers())).toBe(
        lossOf({ numLabels: 1, problemType: 'regression' }, numbers()),
      );
    });
  });

  test('one yes-or-no label takes probabilities as [batch] or [batch, 1]', () => {
    tf.tidy(() => {
      const options = { numLabels: 1, problemType: 'multi_label_classification' } as const;
      const flat = tf.tensor1d([1, 0]);
      expect(lossOf(options, flat)).toBe(lossOf(options, tf.reshape(flat, [2, 1])));
    });
  });

  test.each([
    ['classes as numbers', { numLabels: 3, problemType: 'single_label_classification' }, numbers],
    ['numbers as classes', { numLabels: 1 }, classes],
    ['a row too narrow', { numLabels: 4 }, several],
    ['one number for several', { numLabels: 3, problemType: 'regression' }, numbers],
  ] as const)('refuse %s', (_, options, makeLabels) => {
    tf.tidy(() => {
      const model = new BertForSequenceClassification(tinyConfig(options));
      const labels = makeLabels();
      const inputs = { ...tinyBatch(), labels };
      expect(() => model.computeLoss(inputs)).toThrow(BertInputError);
      model.dispose();
    });
  });

  test('a class past the last is refused', () => {
    tf.tidy(() => {
      expect(() => lossOf({ numLabels: 2 }, classes())).toThrow('2');
    });
  });
});

describe('losses without labels', () => {
  test('are refused, and leave no tensor', () => {
    const models = [
      new BertForSequenceClassification(tinyConfig()),
      new BertForQuestionAnswering(tinyConfig()),
    ];
    const batch = tinyBatch();
    const before = tf.memory().numTensors;
    for (const model of models) {
      expect(() => model.computeLoss(batch)).toThrow(BertInputError);
    }
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(Object.values(batch));
    for (const model of models) {
      model.dispose();
    }
  });

  test('half an answer is refused', () => {
    tf.tidy(() => {
      const model = new BertForQuestionAnswering(tinyConfig());
      const startPositions = tf.tensor1d([1, 2], 'int32');
      expect(() => model.computeLoss({ ...tinyBatch(), startPositions })).toThrow('endPositions');
      model.dispose();
    });
  });

  test('a wholly frozen model cannot be differentiated', () => {
    const model = new BertForMaskedLM(tinyConfig());
    model.freeze('*');
    expect(() =>
      valueAndGradients(model, () => model.computeLoss({ ...tinyBatch(), labels: ids([]) })),
    ).toThrow('Every parameter of the model is frozen');
    model.dispose();
  });
});
