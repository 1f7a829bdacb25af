// The last layer computes only what is read: the losses, logits and gradients are those of the whole layer.
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@malmoi/ops';
import { beforeAll, describe, expect, test } from '@jest/globals';

import {
  BertForMaskedLM,
  BertForPreTraining,
  BertForSequenceClassification,
  BertInputError,
  valueAndGradients,
  type BertConfigOptions,
  type LossOutput,
  type TrainableBertModel,
} from '../src/index.ts';
import { readPositions } from '../src/modules/read-positions.ts';
import { ids, tinyBatch, tinyConfig } from './tiny-models.ts';

beforeAll(async () => {
  await useBackend('cpu');
});

const positions = (values: number[]): tf.Tensor1D => tf.tensor1d(values, 'int32');

describe('readPositions', () => {
  test('groups positions by sequence behind the first token, and fills up with it', () => {
    tf.tidy(() => {
      const read = readPositions(positions([7, 3, 5, 11, 10, 0]), [3, 5]);
      expect(read?.positions.arraySync()).toEqual([
        [0, 3, 0],
        [0, 2, 0],
        [0, 1, 0],
      ]);
      expect([...(read?.places.dataSync() ?? [])]).toEqual([4, 1, 3 + 2, 7, 6 + 2, 2]);
    });
  });

  test('nothing asked for leaves the first tokens', () => {
    tf.tidy(() => {
      const read = readPositions(positions([]), [2, 4]);
      expect(read?.positions.arraySync()).toEqual([[0], [0]]);
      expect(read?.places.size).toBe(0);
    });
  });

  test.each([
    ['as many as there are', [1, 2, 3], [1, 4]],
    ['repeats', [1, 1, 1], [1, 4]],
    ['a sequence of one token', [], [2, 1]],
  ] as const)('%s: all may as well be computed', (_, values, shape) => {
    tf.tidy(() => {
      expect(readPositions(positions([...values]), shape)).toBeUndefined();
    });
  });

  test.each([-1, 6])('%i is outside a batch of two times three', (position) => {
    tf.tidy(() => {
      const call = (): unknown => readPositions(positions([1, position]), [2, 3]);
      expect(call).toThrow(BertInputError);
      expect(call).toThrow(`positions is ${position} at index 1; expected 0 to 5`);
    });
  });
});

/** Loss and gradients of a model, as numbers. */
function lossAndGradients(model: TrainableBertModel, loss: () => LossOutput): number[][] {
  const { outputs, gradients } = valueAndGradients(model, loss);
  return [outputs.loss, ...gradients.values()].map((tensor) => [...tensor.dataSync()]);
}

function expectClose(actual: number[][], expected: number[][]): void {
  expect(actual.map((list) => list.length)).toEqual(expected.map((list) => list.length));
  expected.forEach((list, i) => {
    list.forEach((wanted, j) => {
      expect(actual[i]?.[j]).toBeCloseTo(wanted, 5);
    });
  });
}

const labels = (): tf.Tensor2D =>
  ids([
    [-100, 7, -100, -100, 11, -100],
    [-100, -100, 12, -100, -100, -100],
  ]);

describe('losses are those of all positions', () => {
  test.each<[string, BertConfigOptions]>([
    ['two layers', {}],
    ['one layer', { numHiddenLayers: 1 }],
    ['no layer', { numHiddenLayers: 0 }],
    ['a pooler that reads all positions', { pooling: 'max' }],
  ])('pretraining: %s', (_, options) => {
    tf.tidy(() => {
      const model = new BertForPreTraining(tinyConfig(options), { seed: 1 });
      const batch = { ...tinyBatch(), labels: labels(), nextSentenceLabel: positions([0, 1]) };
      for (const inputs of [
        batch,
        { ...tinyBatch(), labels: batch.labels },
        { ...tinyBatch(), nextSentenceLabel: batch.nextSentenceLabel },
      ]) {
        const some = lossAndGradients(model, () => model.computeLoss(inputs));
        const all = lossAndGradients(model, () => model.forward(inputs) as LossOutput);
        expectClose(some, all);
      }
      model.dispose();
    });
  });

  test('masked LM', () => {
    tf.tidy(() => {
      const model = new BertForMaskedLM(tinyConfig(), { seed: 1 });
      const batch = { ...tinyBatch(), labels: labels() };
      const some = lossAndGradients(model, () => model.computeLoss(batch));
      expectClose(
        some,
        lossAndGradients(model, () => model.forward(batch) as LossOutput),
      );
      const { logits } = model.forward(tinyBatch());
      const picked = tf.gather(tf.reshape(logits, [12, 30]), positions([10, 4, 1]));
      const at = model.logitsAt(tinyBatch(), positions([10, 4, 1]));
      expectClose([[...at.dataSync()]], [[...picked.dataSync()]]);
      model.dispose();
    });
  });

  test('classification, beside the whole layer that its hidden states need', () => {
    tf.tidy(() => {
      const model = new BertForSequenceClassification(tinyConfig(), { seed: 1 });
      const batch = { ...tinyBatch(), labels: positions([0, 1]) };
      const [some, all] = [false, true].map((outputHiddenStates) =>
        lossAndGradients(model, () => model.forward(batch, { outputHiddenStates }) as LossOutput),
      );
      expectClose(some ?? [], all ?? []);
      const { hiddenStates } = model.forward(batch, { outputHiddenStates: true });
      expect(hiddenStates?.map(({ shape }) => shape)).toEqual(Array(3).fill([2, 6, 8]));
      model.dispose();
    });
  });

  test('a position outside the batch is refused, and no tensor left', () => {
    const model = new BertForMaskedLM(tinyConfig());
    tf.tidy(() => {
      const [batch, outside] = [tinyBatch(), positions([12])];
      const before = tf.memory().numTensors;
      expect(() => model.logitsAt(batch, outside)).toThrow('positions is 12 at index 0');
      expect(tf.memory().numTensors).toBe(before);
    });
    model.dispose();
  });
});
