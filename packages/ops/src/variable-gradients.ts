// tf.variableGrads without its leak: when the loss function throws, TensorFlow.js drops its tape but keeps
// every tensor the tape had saved. Training survives a failing step only if those are disposed.
import { engine, tidy, variableGrads } from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Scalar, Variable } from '@tensorflow/tfjs-core';

/** A loss and its gradients by variable name; the caller owns all of them. */
export interface VariableGradients {
  readonly value: Scalar;
  readonly gradients: NamedTensorMap;
}

/**
 * The value of `loss()` and its gradients with respect to `variables` (those trainable). A variable the loss
 * does not depend on has no entry. If `loss` or its gradient throws, the error passes through and no tensor
 * made on the way remains. Not for use inside another gradient computation.
 *
 * @param loss returns a scalar; its intermediate tensors are disposed.
 * @param variables default: every trainable variable that TensorFlow.js knows.
 */
export function variableGradients(loss: () => Scalar, variables?: Variable[]): VariableGradients {
  try {
    return tidy(() => {
      const { value, grads } = variableGrads(loss, variables);
      return { value, gradients: grads };
    });
  } catch (error) {
    disposeTape();
    throw error;
  }
}

function disposeTape(): void {
  const { state } = engine();
  // Null after a finished gradient computation, whatever its type says.
  const tape = state.activeTape as typeof state.activeTape | null | undefined;
  for (const node of tape ?? []) for (const tensor of node.saved ?? []) tensor.dispose();
  state.activeTape = [];
}
