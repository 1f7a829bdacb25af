// MalmoiGelu and its gradient (see @malmoi/ops, gelu.ts).
import { geluOp } from '@malmoi/ops';
import type { GeluAttributes } from '@malmoi/ops';
import { util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';

import type { NativeBackend } from '../native-backend.ts';
import { nativeKernel } from './kernel.ts';

function gelu(
  { x }: { x: TensorInfo },
  { approximate }: GeluAttributes,
  backend: NativeBackend,
): TensorInfo {
  const y = backend.emptyFloats(x.shape);
  const size = util.sizeFromShape(x.shape);
  backend.addon.gelu(size, approximate === 'tanh', backend.floats(x), backend.floats(y));
  return y;
}

function geluGradient(
  { dy, x }: { dy: TensorInfo; x: TensorInfo },
  { approximate }: GeluAttributes,
  backend: NativeBackend,
): TensorInfo {
  const dx = backend.emptyFloats(x.shape);
  backend.addon.geluGradient(
    util.sizeFromShape(x.shape),
    approximate === 'tanh',
    backend.floats(dy),
    backend.floats(x),
    backend.floats(dx),
  );
  return dx;
}

/** MalmoiGelu and MalmoiGeluGrad. */
export const geluKernels = [
  nativeKernel(geluOp.kernelName, gelu),
  nativeKernel(geluOp.gradKernelName, geluGradient),
];
