// MalmoiAdamW and MalmoiGlobalNorm (see @malmoi/ops, adamw.ts and global-norm.ts): all tensors in one call.
import { ADAMW_KERNEL, GLOBAL_NORM_KERNEL } from '@malmoi/ops';
import type { AdamWAttributes, GlobalNormAttributes } from '@malmoi/ops';
import type { TensorInfo } from '@tensorflow/tfjs-core';

import type { NativeBackend } from '../native-backend.ts';
import { nativeKernel } from './kernel.ts';

/** param0, gradient0, expAvg0, expAvgSq0, param1, ..., and perhaps clipScale. */
type NumberedTensors = Readonly<Record<string, TensorInfo>>;

/** Updates in place and returns nothing; the op sees to it that no other tensor shares the memory. */
function adamW(
  inputs: NumberedTensors,
  attributes: AdamWAttributes,
  backend: NativeBackend,
): TensorInfo[] {
  const { count, learningRate, beta1, beta2, epsilon, weightDecays } = attributes;
  const { biasCorrection1, biasCorrection2 } = attributes;
  const { clipScale } = inputs;
  const writable = (tensor: TensorInfo): Float32Array => backend.writableFloats(tensor);
  backend.addon.adamW(
    [learningRate, beta1, beta2, epsilon, biasCorrection1, biasCorrection2],
    weightDecays,
    numbered(inputs, 'param', count).map(writable),
    numbered(inputs, 'gradient', count).map((tensor) => backend.floats(tensor)),
    numbered(inputs, 'expAvg', count).map(writable),
    numbered(inputs, 'expAvgSq', count).map(writable),
    clipScale ? backend.floats(clipScale) : null,
  );
  return [];
}

function globalNorm(
  inputs: NumberedTensors,
  { count }: GlobalNormAttributes,
  backend: NativeBackend,
): TensorInfo {
  const norm = backend.emptyFloats([]);
  const arrays = numbered(inputs, 'tensor', count).map((tensor) => backend.floats(tensor));
  backend.addon.globalNorm(arrays, backend.floats(norm));
  return norm;
}

/** The inputs `name0`, `name1`, ... in order. */
function numbered(inputs: NumberedTensors, name: string, count: number): TensorInfo[] {
  return Array.from({ length: count }, (_, i) => {
    const tensor = inputs[`${name}${i}`];
    if (tensor === undefined) throw new TypeError(`There is no input ${name}${i} of ${count}.`);
    return tensor;
  });
}

/** MalmoiAdamW and MalmoiGlobalNorm. */
export const optimizerKernels = [
  nativeKernel(ADAMW_KERNEL, adamW),
  nativeKernel(GLOBAL_NORM_KERNEL, globalNorm),
];
