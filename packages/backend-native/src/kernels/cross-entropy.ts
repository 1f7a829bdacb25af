// MalmoiCrossEntropy and its gradient (see @malmoi/ops, cross-entropy.ts).
import { crossEntropyOp } from '@malmoi/ops';
import type { CrossEntropyAttributes } from '@malmoi/ops';
import type { TensorInfo } from '@tensorflow/tfjs-core';

import type { NativeBackend } from '../native-backend.ts';
import { nativeKernel } from './kernel.ts';

interface ForwardInputs {
  readonly logits: TensorInfo;
  readonly labels: TensorInfo;
  readonly weights?: TensorInfo;
}

interface GradientInputs extends ForwardInputs {
  readonly dy: TensorInfo;
  /** The largest logit of each row, and the logarithm of the sum of e^(logit - largest). */
  readonly saved0: TensorInfo;
  readonly saved1: TensorInfo;
}

function crossEntropy(
  { logits, labels, weights }: ForwardInputs,
  { ignoreIndex, countCorrect, recording }: CrossEntropyAttributes & { recording: boolean },
  backend: NativeBackend,
): TensorInfo[] {
  const [count = 0, classes = 0] = logits.shape;
  const statistics = backend.emptyFloats([3]);
  const saved = recording ? [backend.emptyFloats([count]), backend.emptyFloats([count])] : [];
  const [peaks, logSums] = saved;
  backend.addon.crossEntropy(
    count,
    classes,
    ignoreIndex,
    countCorrect,
    backend.ints(labels),
    weights ? backend.floats(weights) : null,
    backend.floats(logits),
    backend.floats(statistics),
    peaks ? backend.floats(peaks) : null,
    logSums ? backend.floats(logSums) : null,
  );
  return [statistics, ...saved];
}

function crossEntropyGradient(
  { dy, logits, labels, weights, saved0: peaks, saved1: logSums }: GradientInputs,
  { ignoreIndex }: CrossEntropyAttributes,
  backend: NativeBackend,
): TensorInfo {
  const [count = 0, classes = 0] = logits.shape;
  const dLogits = backend.emptyFloats(logits.shape);
  backend.addon.crossEntropyGradient(
    count,
    classes,
    ignoreIndex,
    backend.floats(dy)[0] ?? 0,
    backend.ints(labels),
    weights ? backend.floats(weights) : null,
    backend.floats(logits),
    backend.floats(peaks),
    backend.floats(logSums),
    backend.floats(dLogits),
  );
  return dLogits;
}

/** Kernels of crossEntropy. */
export const crossEntropyKernels = [
  nativeKernel(crossEntropyOp.kernelName, crossEntropy),
  nativeKernel(crossEntropyOp.gradKernelName, crossEntropyGradient),
];
