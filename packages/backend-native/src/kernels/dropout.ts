// MalmoiDropout and its gradient (see @malmoi/ops, dropout.ts): both multiply by the mask, which is made anew.
import { dropoutOp } from '@malmoi/ops';
import type { DropoutAttributes } from '@malmoi/ops';
import { util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';

import type { DropoutWords } from '../addon/native-addon.ts';
import type { NativeBackend } from '../native-backend.ts';
import { nativeKernel } from './kernel.ts';

/** Dropout as the addon takes it. */
export function dropoutWords(attributes: DropoutAttributes): DropoutWords {
  const { threshold, scale, seedLow, seedHigh, step, siteLow, siteHigh } = attributes;
  return [threshold, scale, seedLow, seedHigh, step, siteLow, siteHigh];
}

function multiplyByMask(
  x: TensorInfo,
  attributes: DropoutAttributes,
  backend: NativeBackend,
): TensorInfo {
  const y = backend.emptyFloats(x.shape);
  const size = util.sizeFromShape(x.shape);
  backend.addon.dropout(size, dropoutWords(attributes), backend.floats(x), backend.floats(y));
  return y;
}

/** MalmoiDropout and MalmoiDropoutGrad. */
export const dropoutKernels = [
  nativeKernel<{ x: TensorInfo }, DropoutAttributes>(
    dropoutOp.kernelName,
    ({ x }, attributes, backend) => multiplyByMask(x, attributes, backend),
  ),
  nativeKernel<{ dy: TensorInfo }, DropoutAttributes>(
    dropoutOp.gradKernelName,
    ({ dy }, attributes, backend) => multiplyByMask(dy, attributes, backend),
  ),
];
