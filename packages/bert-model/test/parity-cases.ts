// The parity cases: which architecture each is, what goes in, and what comes out under which
// transformers name.
import * as tf from '@tensorflow/tfjs-core';

import {
  createModel,
  parseBertConfig,
  type ArchitectureName,
  type BertInputs,
  type BertPreTrainedModel,
  type ForwardOptions,
  type LossOutput,
} from '../src/index.ts';

import { readFixture, readFixtureText, readWeights, type FixtureTensor } from './read-fixture.ts';

/** The cases in test/fixtures that have a loss and gradients. */
export const lossCases = [
  'pretraining',
  'pretraining-relu-eps',
  'pretraining-untied-gelu-new',
  'masked-lm',
  'masked-lm-large-eps',
  'next-sentence-prediction',
  'sequence-classification',
  'multi-label',
  'regression',
  'token-classification',
  'question-answering',
  'question-answering-clamped',
  'keras-masked-lm',
  'keras-classifier',
] as const;

/** All cases that hold one batch and its outputs. */
export const parityCases = ['encoder', 'attentions', ...lossCases] as const;

/** Any architecture, by what all of them have in common. */
export interface RunnableModel extends BertPreTrainedModel {
  forward(inputs: BertInputs, options?: ForwardOptions): object;
  computeLoss?(inputs: BertInputs, options?: ForwardOptions): LossOutput;
}

/** A case with its model and its batch; `dispose` frees both. */
export interface ParityCase {
  readonly model: RunnableModel;
  readonly inputs: BertInputs & Readonly<Record<string, tf.Tensor>>;
  readonly expected: ReadonlyMap<string, FixtureTensor>;
  dispose(): void;
}

/** Builds the model of a case with its weights, and its batch as tensors. */
export function loadParityCase(name: string): ParityCase {
  const config = parseBertConfig(readFixtureText(name, 'config.json'));
  const architecture = config.architectures[0] as ArchitectureName;
  const model = createModel(architecture, config, { initialWeights: 'zeros' }) as RunnableModel;
  model.loadStateDict(readWeights(name));
  const inputs = toTensors(readFixture(name, 'inputs'));
  return {
    model,
    inputs: inputs as ParityCase['inputs'],
    expected: readFixture(name, 'expected'),
    dispose: () => {
      model.dispose();
      tf.dispose(inputs);
    },
  };
}

/** The loss by the path that training takes. */
export function computeLoss(model: RunnableModel, inputs: BertInputs): LossOutput {
  if (model.computeLoss === undefined) {
    throw new TypeError(`${model.architecture} has no loss.`);
  }
  return model.computeLoss(inputs);
}

/** Fixture tensors by the camelCase name of the argument. */
export function toTensors(tensors: ReadonlyMap<string, FixtureTensor>): Record<string, tf.Tensor> {
  return Object.fromEntries(
    [...tensors].map(([name, { shape, data }]) => [
      toCamelCase(name),
      tf.tensor(data, [...shape], data instanceof Int32Array ? 'int32' : 'float32'),
    ]),
  );
}

/** The tensors of an output by their transformers names; `hidden_states/0` and so on for lists. */
export function flattenOutput(output: object): Map<string, tf.Tensor> {
  return new Map(
    Object.entries(output).flatMap(([key, value]: [string, unknown]): [string, tf.Tensor][] => {
      const name = key.replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);
      if (Array.isArray(value)) {
        return value.map((item: tf.Tensor, index) => [`${name}/${index}`, item]);
      }
      return [[name, value as tf.Tensor]];
    }),
  );
}

function toCamelCase(name: string): string {
  return name.replaceAll(/_([a-z])/gu, (_, letter: string) => letter.toUpperCase());
}
