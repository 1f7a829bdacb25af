// Five pretraining steps against PyTorch: loss, gradients, clipping, AdamW and the linear schedule
// together, with no decay on biases and LayerNorms, as transformers' Trainer trains BERT.
import * as tf from '@tensorflow/tfjs-core';
import {
  adamW,
  clipScale,
  createAdamWState,
  disposeAdamWState,
  globalNorm,
  useBackend,
} from '@malmoi/ops';
import { beforeAll, expect, test } from '@jest/globals';

import { BertForPreTraining, parseBertConfig, valueAndGradients } from '../src/index.ts';

import { compare } from './closeness.ts';
import { disposeAll } from './dispose-all.ts';
import { toTensors, type ParityCase } from './parity-cases.ts';
import { readFixture, readFixtureText, readWeights, type FixtureTensor } from './read-fixture.ts';

interface ExpectedTraining {
  readonly loss: readonly number[];
  readonly grad_norm: readonly number[];
  readonly learning_rate: readonly number[];
  readonly optimizer: { readonly weight_decay: number; readonly clip: number };
}

/** Moves by whole steps on rounding noise alone: fixtures/README.md says why. */
const rounding = 'attention.self.key.bias';

beforeAll(async () => {
  await useBackend('cpu');
});

test('five AdamW steps follow PyTorch', () => {
  const expected = JSON.parse(readFixtureText('adamw', 'expected.json')) as ExpectedTraining;
  const config = parseBertConfig(readFixtureText('adamw', 'config.json'));
  const model = new BertForPreTraining(config, { initialWeights: 'zeros' });
  model.loadStateDict(readWeights('adamw'));
  const batches = readFixture('adamw', 'inputs');
  const parameters = [...model.namedParameters()];
  const variables = parameters.map(([, variable]) => variable);
  const state = createAdamWState(variables);
  const { clip, weight_decay: decay } = expected.optimizer;
  const weightDecay = parameters.map(([name]) => (/bias$|LayerNorm/u.test(name) ? 0 : decay));

  for (const [step, learningRate] of expected.learning_rate.entries()) {
    const batch = batchOfStep(batches, step);
    const { outputs, gradients } = valueAndGradients(model, () => model.computeLoss(batch));
    tf.tidy(() => {
      const norm = globalNorm([...gradients.values()]);
      expect(outputs.loss.dataSync()[0]).toBeCloseTo(expected.loss[step] ?? NaN, 4);
      expect(norm.dataSync()[0]).toBeCloseTo(expected.grad_norm[step] ?? NaN, 4);
      const ordered = parameters.map(([name]) => gradients.get(name) ?? null);
      const scale = clipScale(norm, clip);
      adamW(variables, ordered, state, {
        learningRate,
        step: step + 1,
        weightDecay,
        clipScale: scale,
      });
    });
    disposeAll(batch);
    disposeAll(outputs);
    tf.dispose([...gradients.values()]);
  }

  const trained = readFixture('adamw', 'expected');
  const wrong = parameters.filter(([name, variable]) => {
    const reference = trained.get(`param/${name}`) ?? { shape: [], data: new Float32Array() };
    return !compare(variable, reference, { absolute: 1e-4, relative: 1e-3 }).isClose;
  });
  expect(wrong.map(([name]) => name).filter((name) => !name.endsWith(rounding))).toEqual([]);
  disposeAdamWState(state);
  model.dispose();
});

function batchOfStep(
  batches: ReadonlyMap<string, FixtureTensor>,
  step: number,
): ParityCase['inputs'] {
  const prefix = `step${step}/`;
  const own = [...batches].filter(([name]) => name.startsWith(prefix));
  const tensors = toTensors(
    new Map(own.map(([name, value]) => [name.slice(prefix.length), value])),
  );
  return tensors as ParityCase['inputs'];
}
