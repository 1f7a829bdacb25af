/* eslint-disable jest/no-export -- the test file of each backend runs this suite */
// What must hold on every backend and that no reference file can show: independence of padding and
// batch, reproducible dropout and weights, freezing, and that no tensor is left behind.
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from '@jest/globals';

import {
  BertForMaskedLM,
  BertForPreTraining,
  BertForSequenceClassification,
  BertModel,
  kerasImdbClassifierConfig,
  valueAndGradients,
} from '../src/index.ts';

import { disposeAll } from './dispose-all.ts';
import { ids, tinyBatch, tinyConfig } from './tiny-models.ts';

/**
 * Declares the tests, inside the describe of a backend.
 *
 * @param lossTolerance how far a loss with dropout may be from that of the CPU backend.
 */
export function describeModelBehaviour(lossTolerance = 5e-5): void {
  describe('independence', () => {
    describeIndependence();
  });
  describe('dropout', () => {
    describeDropout(lossTolerance);
  });
  describe('weights', () => {
    describeWeights();
  });
  describe('memory', () => {
    describeMemory();
  });
}

function describeIndependence(): void {
  const token = [2, 8, 12, 3];

  test.each(['cls', 'max'] as const)(
    'padding changes no other position (%s pooling)',
    (pooling) => {
      tf.tidy(() => {
        const model = new BertModel(tinyConfig({ pooling }), { seed: 1 });
        const bare = model.forward({ inputIds: ids([token]) });
        const padded = model.forward({
          inputIds: ids([[...token, 0, 29, 5]]),
          attentionMask: ids([[1, 1, 1, 1, 0, 0, 0]]),
        });
        const kept = tf.slice(padded.lastHiddenState, [0, 0, 0], [1, token.length, 8]);
        expectClose(kept, bare.lastHiddenState);
        expectClose(padded.poolerOutput, bare.poolerOutput);
        model.dispose();
      });
    },
  );

  test.each([BertForMaskedLM, BertForPreTraining])(
    '%p: logits of some positions are those of all positions there',
    (Model) => {
      tf.tidy(() => {
        const model = new Model(tinyConfig(), { seed: 1 });
        const { inputIds, attentionMask, tokenTypeIds } = tinyBatch();
        const inputs = { inputIds, attentionMask, tokenTypeIds };
        const output = model.forward(inputs);
        const all = 'logits' in output ? output.logits : output.predictionLogits;
        const rows = tf.reshape(all, [-1, model.config.vocabSize]);
        const positions = tf.tensor1d([5, 0, 3], 'int32');
        expectClose(model.logitsAt(inputs, positions), tf.gather(rows, positions));
        model.dispose();
      });
    },
  );

  test('the rest of the batch changes nothing', () => {
    tf.tidy(() => {
      const model = new BertModel(tinyConfig(), { seed: 1 });
      const { inputIds, attentionMask, tokenTypeIds } = tinyBatch();
      const both = model.forward({ inputIds, attentionMask, tokenTypeIds });
      const row = (tensor: tf.Tensor2D): tf.Tensor2D => tf.slice(tensor, [1, 0], [1, -1]);
      const alone = model.forward({
        inputIds: row(inputIds),
        attentionMask: row(attentionMask),
        tokenTypeIds: row(tokenTypeIds),
      });
      expectClose(tf.slice(both.lastHiddenState, [1, 0, 0], [1, -1, -1]), alone.lastHiddenState);
      model.dispose();
    });
  });

  test('a sequence that is padding throughout gives finite numbers and disturbs no gradient', () => {
    tf.tidy(() => {
      const model = new BertForSequenceClassification(tinyConfig({ pooling: 'max' }), { seed: 1 });
      const labels = tf.tensor1d([0, 1], 'int32');
      const attentionMask = ids([
        [1, 1, 1, 1, 1, 1],
        [0, 0, 0, 0, 0, 0],
      ]);
      const { outputs, gradients } = valueAndGradients(model, () =>
        model.computeLoss({ ...tinyBatch(), attentionMask, labels }),
      );
      expect(Number.isFinite(outputs.loss.dataSync()[0])).toBe(true);
      for (const gradient of gradients.values()) {
        expect(gradient.dataSync().every(Number.isFinite)).toBe(true);
      }
      model.dispose();
    });
  });

  test('a batch in which no word is predicted gives the gradients of its sentence pairs alone', () => {
    tf.tidy(() => {
      const model = new BertForPreTraining(tinyConfig(), { seed: 1 });
      const nothing = tf.tensor1d([], 'int32');
      const nextSentenceLabel = tf.tensor1d([0, 1], 'int32');
      const pairs = { ...tinyBatch(), nextSentenceLabel };
      const masked = { maskedPositions: nothing, maskedLabels: nothing };
      const alone = valueAndGradients(model, () => model.computeLoss(pairs));
      leaveNumbersInMemory();
      const both = valueAndGradients(model, () => model.computeLoss({ ...pairs, ...masked }));
      expectClose(both.outputs.loss, alone.outputs.loss);
      for (const [name, gradient] of both.gradients) {
        expectClose(gradient, alone.gradients.get(name) ?? tf.zerosLike(gradient));
      }
      model.dispose();
    });
  });

  test('padding words are never looked up for training', () => {
    tf.tidy(() => {
      const model = new BertForSequenceClassification(tinyConfig(), { seed: 1 });
      const labels = tf.tensor1d([0, 1], 'int32');
      const { inputIds } = tinyBatch();
      const { gradients } = valueAndGradients(model, () => model.computeLoss({ inputIds, labels }));
      const words = gradients.get('bert.embeddings.word_embeddings.weight') as tf.Tensor2D;
      const norms = tf.norm(words, 2, 1).dataSync();
      expect(norms[0]).toBe(0);
      expect(norms[8]).toBeGreaterThan(0);
      model.dispose();
    });
  });
}

/** What is freed here is what a kernel that writes nothing would return. */
function leaveNumbersInMemory(): void {
  const shapes = [[8], [8, 8], [12, 8], [30, 8], [30]];
  tf.dispose(shapes.flatMap((shape) => Array.from({ length: 20 }, () => tf.fill(shape, 7.5))));
}

function describeDropout(lossTolerance: number): void {
  const labels = [
    [-100, 7, -100, -100, 11, -100],
    [-100, -100, 12, -100, -100, -100],
  ];

  function lossWith(dropoutSeed: number, dropoutStep: number, training = true): number {
    return tf.tidy(() => {
      const model = new BertForPreTraining(tinyConfig({ hiddenDropoutProb: 0.3 }), { seed: 1 });
      const batch = { ...tinyBatch(), labels: ids(labels) };
      const { loss } = model.computeLoss(batch, { training, dropoutSeed, dropoutStep });
      model.dispose();
      return loss.dataSync()[0] ?? NaN;
    });
  }

  test('the seed and the step determine every mask, on every backend alike', () => {
    expect(lossWith(1, 1)).toBe(lossWith(1, 1));
    expect(lossWith(1, 1)).not.toBeCloseTo(lossWith(1, 2), 3);
    expect(lossWith(1, 1)).not.toBeCloseTo(lossWith(2, 1), 3);
    expect(Math.abs(lossWith(1, 1) - lossWithDropoutOnCpu)).toBeLessThan(lossTolerance);
  });

  test('is off unless training', () => {
    expect(lossWith(1, 1, false)).toBe(lossWith(2, 2, false));
  });
}

/** What the CPU backend gave for seed 1, step 1; other backends draw the same masks. */
const lossWithDropoutOnCpu = 3.608561;

function describeWeights(): void {
  test('a seed gives the same weights on every backend', () => {
    const model = new BertModel(tinyConfig({ initializerRange: 0.02 }), { seed: 42 });
    const weights = model.stateDict().get('encoder.layer.1.attention.self.value.weight');
    expect([...(weights?.data.subarray(0, 4) ?? [])]).toEqual(firstWeightsOfSeed42);
    model.dispose();
  });

  test('frozen parameters get no gradient; those of the head still do', () => {
    const config = kerasImdbClassifierConfig({ vocabSize: 30, maxPositionEmbeddings: 8 });
    const model = new BertForSequenceClassification(config);
    model.freeze('bert.*');
    tf.tidy(() => {
      const labels = tf.tensor1d([0, 1]);
      const { gradients } = valueAndGradients(model, () =>
        model.computeLoss({ ...tinyBatch(), labels }),
      );
      expect([...gradients.keys()]).toEqual([
        'classifier.dense.weight',
        'classifier.dense.bias',
        'classifier.out_proj.weight',
        'classifier.out_proj.bias',
      ]);
    });
    model.dispose();
  });

  test('positions given directly and positions read off the labels mean the same loss', () => {
    tf.tidy(() => {
      const model = new BertForMaskedLM(tinyConfig(), { seed: 3 });
      const labels = ids([
        [-100, 7, -100, -100, -100, -100],
        [-100, -100, 12, 4, -100, -100],
      ]);
      const maskedPositions = tf.tensor1d([9, 1, 8], 'int32');
      const maskedLabels = tf.tensor1d([4, 7, 12], 'int32');
      const options = { outputAccuracy: true };
      const read = model.computeLoss({ ...tinyBatch(), labels }, options);
      const given = model.computeLoss({ ...tinyBatch(), maskedPositions, maskedLabels }, options);
      expectClose(read.loss, given.loss);
      expect(read.maskedLmCount?.dataSync()[0]).toBe(3);
      expectClose(read.maskedLmCorrect ?? tf.scalar(NaN), given.maskedLmCorrect ?? tf.scalar(NaN));
      model.dispose();
    });
  });
}

/** Drawn once; a change here breaks every seed anyone has published. */
const firstWeightsOfSeed42 = [
  0.004439702257514, 0.02004391700029373, -0.021748147904872894, 0.013307034969329834,
];

function describeMemory(): void {
  const labels = [
    [-100, 7, -100, -100, 11, -100],
    [-100, -100, 12, -100, -100, -100],
  ];

  test('repeated calls leave no tensor behind, a disposed model none at all', () => {
    const before = tf.memory().numTensors;
    const model = new BertForPreTraining(tinyConfig({ positionEmbeddings: 'sinusoidal' }));
    const batch = {
      ...tinyBatch(),
      labels: ids(labels),
      nextSentenceLabel: tf.tensor1d([0, 1], 'int32'),
    };
    const loaded = tf.memory().numTensors;
    for (let step = 0; step < 3; step++) {
      const options = { training: true, dropoutSeed: 1, dropoutStep: step };
      const output = model.forward(batch, { ...options, outputHiddenStates: true });
      disposeAll(output);
      const { outputs, gradients } = valueAndGradients(model, () =>
        model.computeLoss(batch, { ...options, outputAccuracy: true }),
      );
      disposeAll(outputs);
      tf.dispose([...gradients.values()]);
      model.loadStateDict(model.stateDict());
      expect(tf.memory().numTensors).toBe(loaded);
    }
    model.dispose();
    model.dispose();
    disposeAll(batch);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('a forward pass holds the tensors of one layer at a time', async () => {
    const batch = tinyBatch();
    const peakOf = async (numHiddenLayers: number): Promise<number> => {
      const model = new BertModel(tinyConfig({ numHiddenLayers }));
      const resting = tf.memory().numBytes;
      const { peakBytes } = await tf.profile(() => {
        disposeAll(model.forward(batch));
      });
      model.dispose();
      return peakBytes - resting;
    };
    const hiddenStateBytes = batch.inputIds.size * tinyConfig().hiddenSize * 4;
    expect((await peakOf(9)) - (await peakOf(3))).toBeLessThanOrEqual(6 * hiddenStateBytes);
    disposeAll(batch);
  });

  test('calls that throw leave no tensor behind', () => {
    const model = new BertForPreTraining(tinyConfig());
    const batch = { ...tinyBatch(), labels: ids(labels) };
    const wrongIds = {
      ...batch,
      inputIds: ids([
        [2, 99, 3, 4, 5, 6],
        [2, 3, 4, 5, 6, 7],
      ]),
    };
    const wrongLabels = {
      ...batch,
      labels: ids([
        [1, 2, 3, 4, 5, 99],
        [1, 2, 3, 4, 5, 6],
      ]),
    };
    const loaded = tf.memory().numTensors;
    for (const wrong of [wrongIds, wrongLabels]) {
      expect(() => model.computeLoss(wrong)).toThrow(/99/u);
      expect(() => valueAndGradients(model, () => model.computeLoss(wrong))).toThrow(/99/u);
      expect(() => valueAndGradients(model, throwAfterwards(model, batch))).toThrow('afterwards');
      expect(tf.memory().numTensors).toBe(loaded);
    }
    model.dispose();
    disposeAll(batch);
    tf.dispose([wrongIds.inputIds, wrongLabels.labels]);
  });

  test('valueAndGradients leaves its results to a surrounding tidy', () => {
    const model = new BertForMaskedLM(tinyConfig());
    const batch = { ...tinyBatch(), labels: ids(labels) };
    const loaded = tf.memory().numTensors;
    tf.tidy(() => {
      valueAndGradients(model, () => model.computeLoss(batch, { outputAccuracy: true }));
    });
    expect(tf.memory().numTensors).toBe(loaded);
    model.dispose();
    disposeAll(batch);
  });
}

function throwAfterwards(
  model: BertForPreTraining,
  batch: Parameters<BertForPreTraining['computeLoss']>[0],
): () => never {
  return () => {
    model.computeLoss(batch);
    throw new Error('afterwards');
  };
}

function expectClose(actual: tf.Tensor, expected: tf.Tensor): void {
  expect(actual.shape).toEqual(expected.shape);
  const values = actual.dataSync();
  const largest = [...expected.dataSync()].reduce(
    (error, value, index) => Math.max(error, Math.abs(value - (values[index] ?? NaN))),
    0,
  );
  expect(largest).toBeLessThan(1e-5);
}
