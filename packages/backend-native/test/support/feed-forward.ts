// The feed-forward network as an op of its own: the layer that has it is one op from its attention on.
import type { FusedActivation } from '@malmoi/ops';
import { engine, type Tensor } from '@tensorflow/tfjs-core';

import { nativeBackend } from '../../src/index.ts';
import { runFeedForward, runFeedForwardGradient } from '../../src/kernels/feed-forward.ts';
import type { NativeBackend } from '../../src/native-backend.ts';

/** What feedForward takes: see FeedForwardInputs. Without `sum` the gradient of x is added to dy, in its memory. */
export type FeedForwardTensors = readonly [
  x: Tensor,
  wideningKernel: Tensor,
  wideningBias: Tensor,
  narrowingKernel: Tensor,
  narrowingBias: Tensor,
  dy: Tensor,
  sum?: Tensor,
];

/** The active backend. */
export function activeBackend(): NativeBackend {
  const backend = nativeBackend();
  if (backend === undefined) throw new Error('the native backend is not active');
  return backend;
}

/** y, and the gradients of x, of the widening kernel and bias and of the narrowing kernel and bias. */
export function feedForward(
  [x, wideningKernel, wideningBias, narrowingKernel, narrowingBias, dy, sum]: FeedForwardTensors,
  activation: FusedActivation,
): Tensor[] {
  const backend = activeBackend();
  const results = backend.runKernel(() => {
    const copy = backend.emptyFloats(x.shape);
    backend.floats(copy).set(backend.floats(sum ?? dy));
    const network = { x, wideningKernel, wideningBias, narrowingKernel, narrowingBias };
    const { y, record } = runFeedForward(network, { activation, recording: true }, backend);
    if (record === undefined) throw new Error('nothing was kept for the gradient');
    const gradients = runFeedForwardGradient(
      { ...network, ...record, dy: sum ? dy : copy },
      activation,
      backend,
      copy,
    );
    backend.discard(record.widened, ...(record.slopes ? [record.slopes] : []));
    const { dWideningKernel, dWideningBias, dNarrowingKernel, dNarrowingBias } = gradients;
    return [y, copy, dWideningKernel, dWideningBias, dNarrowingKernel, dNarrowingBias];
  });
  return results.map((info) => engine().makeTensorFromTensorInfo(info));
}
