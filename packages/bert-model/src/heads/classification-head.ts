// A classifier on pooled or per-position hidden states: dropout and one dense layer, as transformers
// has it, or with a hidden layer in between, named as in RoBERTa's classification head.
import type * as tf from '@tensorflow/tfjs-core';
import { dense, dropout, type ActivationName } from '@malmoi/ops';

import type { BertConfig } from '../config/bert-config.ts';
import type { ForwardContext } from '../modules/inputs.ts';
import type { DenseWeights, ParameterScope } from '../parameters/parameter-scope.ts';

export class ClassificationHead {
  readonly #hidden: DenseWeights | undefined;
  readonly #output: DenseWeights;
  readonly #activation: ActivationName;
  readonly #dropoutRate: number;

  /** @param hiddenLayerSize width of the layer in between; `null` for none. */
  constructor(scope: ParameterScope, config: BertConfig, hiddenLayerSize: number | null) {
    const { hiddenSize, numLabels } = config;
    if (hiddenLayerSize === null) {
      this.#output = scope.dense(hiddenSize, numLabels);
    } else {
      this.#hidden = scope.child('dense').dense(hiddenSize, hiddenLayerSize);
      this.#output = scope.child('out_proj').dense(hiddenLayerSize, numLabels);
    }
    this.#activation = config.classifierHiddenAct;
    this.#dropoutRate = config.classifierDropout ?? config.hiddenDropoutProb;
  }

  /** `[..., hidden]` → `[..., numLabels]`. */
  forward(features: tf.Tensor, context: ForwardContext): tf.Tensor {
    let x = this.#drop(features, 'classifier', context);
    if (this.#hidden) {
      const { kernel, bias } = this.#hidden;
      x = dense(x, kernel, bias, { activation: this.#activation }); // [..., hiddenLayerSize]
      x = this.#drop(x, 'classifier.dense', context);
    }
    return dense(x, this.#output.kernel, this.#output.bias);
  }

  #drop(x: tf.Tensor, site: string, context: ForwardContext): tf.Tensor {
    const spec = context.dropoutAt(this.#dropoutRate, site);
    return spec ? dropout(x, spec) : x;
  }
}
