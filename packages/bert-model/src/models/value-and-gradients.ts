// A loss and its gradients by parameter name, for an optimizer.
import * as tf from '@tensorflow/tfjs-core';
import { variableGradients } from '@malmoi/ops';

import type { BertPreTrainedModel, LossOutput } from './pretrained-model.ts';

/** What {@link valueAndGradients} gives; all of it is the caller's to dispose. */
export interface ValueAndGradients<Output extends LossOutput> {
  /** What the loss function returned. */
  readonly outputs: Output;
  /** The gradient of the loss by parameter name. Without an entry: frozen, or not in this loss. */
  readonly gradients: Map<string, tf.Tensor>;
}

/**
 * Runs `compute` and differentiates its `loss` by the model's trainable parameters:
 * `valueAndGradients(model, () => model.computeLoss(batch, options))`.
 * If anything throws, no tensor remains.
 *
 * @param compute returns a plain object of tensors, with `loss` a scalar.
 * @throws RangeError if every parameter is frozen.
 */
export function valueAndGradients<Output extends LossOutput>(
  model: BertPreTrainedModel,
  compute: () => Output,
): ValueAndGradients<Output> {
  const parameters = model.trainableParameters();
  if (parameters.size === 0) {
    throw new RangeError('Every parameter of the model is frozen; unfreeze some to train it.');
  }
  // Only the loss leaves a gradient computation by itself; `kept` carries the rest out.
  const kept = new Map<string, tf.Tensor>();
  const differentiated = (): tf.Scalar => {
    const outputs = compute();
    for (const [name, value] of Object.entries(outputs) as [string, unknown][]) {
      if (value instanceof tf.Tensor && name !== 'loss') {
        kept.set(name, tf.keep((value as tf.Tensor).clone()));
      }
    }
    return outputs.loss;
  };
  try {
    const { value, gradients } = variableGradients(differentiated, [...parameters.values()]);
    const outputs = {
      ...Object.fromEntries([...kept].map(([name, tensor]) => [name, tensor.clone()])),
      loss: value,
    };
    const named = [...parameters].flatMap(([name, variable]): [string, tf.Tensor][] => {
      const gradient = gradients[variable.name];
      return gradient === undefined ? [] : [[name, gradient]];
    });
    return { outputs: outputs as unknown as Output, gradients: new Map(named) };
  } finally {
    tf.dispose([...kept.values()]);
  }
}
