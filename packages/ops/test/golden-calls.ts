// How each golden case is called: from its named inputs and options to the op's result.
import type { Tensor } from '@tensorflow/tfjs-core';

import {
  activation,
  attention,
  binaryCrossEntropyWithLogits,
  crossEntropy,
  crossEntropyWithAccuracy,
  dense,
  dropout,
  embeddingLookup,
  gatherPositions,
  gelu,
  layerNorm,
  maskedLmLoss,
  maskedLmLossWithAccuracy,
  meanSquaredError,
} from '../src/index.ts';
import type {
  ActivationName,
  AttentionOptions,
  CrossEntropyOptions,
  DropoutSpec,
  GeluApproximation,
  LayerNormOptions,
  LossWithAccuracy,
} from '../src/index.ts';

type Inputs = Record<string, Tensor>;
type Options = Record<string, unknown>;

/** The named input; a case without it is a mistake in the fixtures. */
function input(inputs: Inputs, name: string): Tensor {
  const found = inputs[name];
  if (!found) throw new Error(`The golden case has no input '${name}'.`);
  return found;
}

/** The named inputs that the case has. */
function some(inputs: Inputs, ...names: string[]): Inputs {
  return Object.fromEntries(names.flatMap((name) => (inputs[name] ? [[name, inputs[name]]] : [])));
}

const lossOptions = (inputs: Inputs, options: Options): CrossEntropyOptions => ({
  ...options,
  ...some(inputs, 'weights'),
});

/** One function for each op of the golden data. */
export const goldenCalls: Record<string, (inputs: Inputs, options: Options) => Tensor> = {
  layerNorm: (i, o) =>
    layerNorm(input(i, 'x'), input(i, 'gamma'), input(i, 'beta'), {
      ...(o as LayerNormOptions),
      ...some(i, 'residual'),
    }),
  gelu: (i, o) => gelu(input(i, 'x'), o['approximate'] as GeluApproximation),
  activation: (i, o) => activation(o['name'] as ActivationName)(input(i, 'x')),
  dense: (i, o) => dense(input(i, 'x'), input(i, 'kernel'), i['bias'], o),
  attention: (i, o) =>
    attention(input(i, 'query'), input(i, 'key'), input(i, 'value'), {
      ...(o as unknown as AttentionOptions),
      ...some(i, 'mask'),
    }),
  embeddingLookup: (i) =>
    embeddingLookup(
      { word: input(i, 'word'), ...some(i, 'position', 'tokenType') },
      input(i, 'inputIds'),
      some(i, 'tokenTypeIds', 'positionIds'),
    ),
  gatherPositions: (i) => gatherPositions(input(i, 'hidden'), input(i, 'positions')),
  crossEntropy: (i, o) => crossEntropy(input(i, 'logits'), input(i, 'labels'), lossOptions(i, o)),
  maskedLmLoss: (i, o) =>
    maskedLmLoss(
      input(i, 'hidden'),
      input(i, 'kernel'),
      i['bias'] ?? null,
      input(i, 'labels'),
      lossOptions(i, o),
    ),
  binaryCrossEntropyWithLogits: (i, o) =>
    binaryCrossEntropyWithLogits(input(i, 'logits'), input(i, 'labels'), o),
  meanSquaredError: (i, o) => meanSquaredError(input(i, 'predictions'), input(i, 'labels'), o),
  dropout: (i, o) => dropout(input(i, 'x'), o['spec'] as DropoutSpec),
};

/** The losses that also count. */
export const goldenCounts: Record<string, (inputs: Inputs, options: Options) => LossWithAccuracy> =
  {
    crossEntropy: (i, o) =>
      crossEntropyWithAccuracy(input(i, 'logits'), input(i, 'labels'), lossOptions(i, o)),
    maskedLmLoss: (i, o) =>
      maskedLmLossWithAccuracy(
        input(i, 'hidden'),
        input(i, 'kernel'),
        i['bias'] ?? null,
        input(i, 'labels'),
        lossOptions(i, o),
      ),
  };
