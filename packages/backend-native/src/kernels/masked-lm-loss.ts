// MalmoiMaskedLmLoss and its gradient (see @malmoi/ops, masked-lm-loss.ts). What is kept between the two is an
// exponential for each logit, float32 or bfloat16 as the matrix products are.
import { maskedLmLossOp } from '@malmoi/ops';
import type { MaskedLmLossAttributes } from '@malmoi/ops';
import type { TensorInfo } from '@tensorflow/tfjs-core';

import type { NativeBackend } from '../native-backend.ts';
import { nativeKernel } from './kernel.ts';
import { emptyElements, storedElements, storedPrecision } from './stored-elements.ts';

/** Vocabulary entries in a block of the exponentials; kVocabularyBlock of kernel_table.h. */
const VOCABULARY_BLOCK = 384;

interface SavedInputs {
  readonly hidden: TensorInfo;
  readonly kernel: TensorInfo;
  readonly labels: TensorInfo;
  readonly weights?: TensorInfo;
}

interface ForwardInputs extends SavedInputs {
  readonly bias?: TensorInfo;
}

interface GradientInputs extends SavedInputs {
  readonly dy: TensorInfo;
  /** Exponentials [blocks, n, VOCABULARY_BLOCK], factors [blocks, n] and the labels' gradients [n]. */
  readonly saved0: TensorInfo;
  readonly saved1: TensorInfo;
  readonly saved2: TensorInfo;
}

function maskedLmLoss(
  { hidden, kernel, bias, labels, weights }: ForwardInputs,
  { ignoreIndex, countCorrect, recording }: MaskedLmLossAttributes & { recording: boolean },
  backend: NativeBackend,
): TensorInfo[] {
  const { count, classes, width } = lossShape(hidden, kernel);
  const statistics = backend.emptyFloats([3]);
  const saved = recording ? emptySaved(count, classes, backend) : undefined;
  backend.addon.maskedLmLoss(
    count,
    classes,
    ignoreIndex,
    countCorrect,
    width,
    backend.precisionCode,
    backend.ints(labels),
    weights ? backend.floats(weights) : null,
    backend.floats(hidden),
    backend.floats(kernel),
    bias ? backend.floats(bias) : null,
    backend.floats(statistics),
    saved ? storedElements(saved[0], backend) : null,
    saved ? backend.floats(saved[1]) : null,
    saved ? backend.floats(saved[2]) : null,
  );
  return [statistics, ...(saved ?? [])];
}

function maskedLmLossGradient(
  inputs: GradientInputs,
  { ignoreIndex, hasBias }: MaskedLmLossAttributes,
  backend: NativeBackend,
): TensorInfo[] {
  const { dy, hidden, kernel, labels, weights } = inputs;
  const { saved0: exponentials, saved1: factors, saved2: labelGradients } = inputs;
  const { count, classes, width } = lossShape(hidden, kernel);
  const dHidden = backend.emptyFloats(hidden.shape);
  const dKernel = backend.emptyFloats(kernel.shape);
  const dBias = hasBias ? backend.emptyFloats([classes]) : undefined;
  backend.addon.maskedLmLossGradient(
    count,
    classes,
    ignoreIndex,
    backend.floats(dy)[0] ?? 0,
    width,
    // The precision of the loss, whatever the backend's is by now.
    storedPrecision(exponentials),
    backend.ints(labels),
    weights ? backend.floats(weights) : null,
    backend.floats(hidden),
    backend.floats(kernel),
    storedElements(exponentials, backend),
    backend.floats(factors),
    backend.floats(labelGradients),
    backend.floats(dHidden),
    backend.floats(dKernel),
    dBias ? backend.floats(dBias) : null,
  );
  return dBias ? [dHidden, dKernel, dBias] : [dHidden, dKernel];
}

function lossShape(
  hidden: TensorInfo,
  kernel: TensorInfo,
): { count: number; classes: number; width: number } {
  const [count = 0, width = 0] = hidden.shape;
  return { count, classes: kernel.shape[0] ?? 0, width };
}

function emptySaved(
  count: number,
  classes: number,
  backend: NativeBackend,
): [TensorInfo, TensorInfo, TensorInfo] {
  const blocks = Math.ceil(classes / VOCABULARY_BLOCK);
  const exponentials = emptyElements([blocks, count, VOCABULARY_BLOCK], backend);
  return [exponentials, backend.emptyFloats([blocks, count]), backend.emptyFloats([count])];
}

/** Kernels of maskedLmLoss. */
export const maskedLmLossKernels = [
  nativeKernel(maskedLmLossOp.kernelName, maskedLmLoss),
  nativeKernel(maskedLmLossOp.gradKernelName, maskedLmLossGradient),
];
