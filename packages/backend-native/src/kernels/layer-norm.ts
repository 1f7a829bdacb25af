// MalmoiLayerNorm and its gradient (see @malmoi/ops, layer-norm.ts), with dropout and residual in the same pass.
import { layerNormOp } from '@malmoi/ops';
import type { LayerNormAttributes } from '@malmoi/ops';
import { util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';

import type { NativeBackend } from '../native-backend.ts';
import { dropoutWords } from './dropout.ts';
import { nativeKernel } from './kernel.ts';

interface ForwardInputs {
  readonly x: TensorInfo;
  readonly gamma: TensorInfo;
  readonly beta: TensorInfo;
  readonly residual?: TensorInfo;
}

/** What the forward kernel saves: the statistics, x, then the residual and the kept elements, if there are any. */
interface GradientInputs {
  readonly dy: TensorInfo;
  readonly gamma: TensorInfo;
  readonly saved0: TensorInfo;
  readonly saved1: TensorInfo;
  readonly saved2?: TensorInfo;
  readonly saved3?: TensorInfo;
}

/** Numbers saved of a row; `kRowStatistics` of layer_norm_kernels.h. */
const ROW_STATISTICS = 2;

/** Words for the kept elements of a row; `keepWords` of layer_norm_kernels.h. */
const keepWords = (hidden: number): number => Math.ceil(hidden / 512) * 16;

/**
 * Saves its own inputs rather than the normalised rows: normalising again is quicker than writing these to memory and
 * reading them back.
 */
function layerNorm(
  { x, gamma, beta, residual }: ForwardInputs,
  { epsilon, dropout, recording }: LayerNormAttributes & { recording: boolean },
  backend: NativeBackend,
): TensorInfo[] {
  const { rows, hidden } = rowsOf(x);
  const y = backend.emptyFloats(x.shape);
  const statistics = recording ? backend.emptyFloats([rows, ROW_STATISTICS]) : undefined;
  const kept =
    recording && dropout ? backend.emptyTensor([rows, keepWords(hidden)], 'int32') : undefined;
  backend.addon.layerNorm(
    rows,
    hidden,
    epsilon,
    dropout ? dropoutWords(dropout) : null,
    backend.floats(x),
    residual ? backend.floats(residual) : null,
    backend.floats(gamma),
    backend.floats(beta),
    backend.floats(y),
    statistics ? backend.floats(statistics) : null,
    kept ? backend.ints(kept) : null,
  );
  if (!statistics) return [y];
  const inputs = [x, ...(residual ? [residual] : [])].map((input) => sameMemory(input, backend));
  return [y, statistics, ...inputs, ...(kept ? [kept] : [])];
}

function layerNormGradient(
  { dy, gamma, saved0: statistics, saved1: x, saved2, saved3 }: GradientInputs,
  { hasResidual, dropout }: LayerNormAttributes,
  backend: NativeBackend,
): TensorInfo[] {
  const { rows, hidden } = rowsOf(x);
  const [residual, kept] = hasResidual ? [saved2, saved3] : [undefined, saved2];
  const dx = backend.emptyFloats(x.shape);
  const dGamma = backend.emptyFloats(gamma.shape);
  const dBeta = backend.emptyFloats(gamma.shape);
  // Without dropout both gradients are the same.
  const dResidual = residual && dropout ? backend.emptyFloats(x.shape) : undefined;
  backend.addon.layerNormGradient(
    rows,
    hidden,
    dropout ? dropoutWords(dropout) : null,
    backend.floats(dy),
    backend.floats(x),
    residual ? backend.floats(residual) : null,
    backend.floats(gamma),
    backend.floats(statistics),
    kept ? backend.ints(kept) : null,
    backend.floats(dx),
    backend.floats(dGamma),
    backend.floats(dBeta),
    dResidual ? backend.floats(dResidual) : null,
  );
  if (!residual) return [dx, dGamma, dBeta];
  return [dx, dGamma, dBeta, dResidual ?? sameMemory(dx, backend)];
}

/** The tensor once more; it counts as a reference of its own. */
function sameMemory(tensor: TensorInfo, backend: NativeBackend): TensorInfo {
  backend.incRef(tensor.dataId);
  return { dataId: tensor.dataId, shape: tensor.shape, dtype: tensor.dtype };
}

function rowsOf({ shape }: TensorInfo): { rows: number; hidden: number } {
  return { rows: util.sizeFromShape(shape.slice(0, -1)), hidden: shape.at(-1) ?? 1 };
}

/** MalmoiLayerNorm and MalmoiLayerNormGrad. */
export const layerNormKernels = [
  nativeKernel(layerNormOp.kernelName, layerNorm),
  nativeKernel(layerNormOp.gradKernelName, layerNormGradient),
];
