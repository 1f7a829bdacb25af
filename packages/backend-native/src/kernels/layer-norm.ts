// MalmoiLayerNorm and its gradient (see @malmoi/ops, layer-norm.ts), with dropout and residual in the same pass.
import { layerNormOp } from '@malmoi/ops';
import type { DropoutAttributes, LayerNormAttributes } from '@malmoi/ops';
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

/** What the gradient normalises again from. */
export interface LayerNormRecord {
  readonly statistics: TensorInfo;
  /** The elements that dropout kept; absent without dropout. */
  readonly kept?: TensorInfo;
}

/** What comes out of a layer normalisation. */
interface LayerNormOutput {
  readonly y: TensorInfo;
  /** Absent where no gradient is wanted. */
  readonly record?: LayerNormRecord;
}

interface GradientInputs extends LayerNormRecord {
  readonly dy: TensorInfo;
  readonly gamma: TensorInfo;
  readonly x: TensorInfo;
  readonly residual?: TensorInfo;
}

/** The gradients of a layer normalisation. */
interface LayerNormGradients {
  readonly dx: TensorInfo;
  readonly dGamma: TensorInfo;
  readonly dBeta: TensorInfo;
  /** With a residual. Without dropout it is the same as dx: its memory, or a reference of its own to it. */
  readonly dResidual?: TensorInfo;
}

/** What the op saves: the statistics, x, then the residual and the kept elements, if there are any. */
interface SavedInputs {
  readonly dy: TensorInfo;
  readonly gamma: TensorInfo;
  readonly saved0: TensorInfo;
  readonly saved1: TensorInfo;
  readonly saved2?: TensorInfo;
  readonly saved3?: TensorInfo;
}

/** Whether a gradient can be asked for. */
interface Recording {
  readonly recording: boolean;
}

/** Numbers saved of a row; `kRowStatistics` of layer_norm_kernels.h. */
const ROW_STATISTICS = 2;

/** Words for the kept elements of a row; `keepWords` of layer_norm_kernels.h. */
const keepWords = (hidden: number): number => Math.ceil(hidden / 512) * 16;

/** LN(dropout(x) + residual) * gamma + beta. */
export function runLayerNorm(
  { x, gamma, beta, residual }: ForwardInputs,
  { epsilon, dropout, recording }: Omit<LayerNormAttributes, 'hasResidual'> & Recording,
  backend: NativeBackend,
): LayerNormOutput {
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
  return { y, ...(statistics && { record: { statistics, ...(kept && { kept }) } }) };
}

/** The gradients, from the inputs of the forward pass and its record. */
export function runLayerNormGradient(
  { dy, gamma, x, residual, statistics, kept }: GradientInputs,
  dropout: DropoutAttributes | undefined,
  backend: NativeBackend,
): LayerNormGradients {
  const { rows, hidden } = rowsOf(x);
  const dx = backend.emptyFloats(x.shape);
  const dGamma = backend.emptyFloats(gamma.shape);
  const dBeta = backend.emptyFloats(gamma.shape);
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
  if (!residual) return { dx, dGamma, dBeta };
  return { dx, dGamma, dBeta, dResidual: dResidual ?? backend.sameMemory(dx) };
}

/**
 * Saves its own inputs rather than the normalised rows: normalising again is quicker than writing these to memory and
 * reading them back.
 */
function layerNorm(
  inputs: ForwardInputs,
  attributes: LayerNormAttributes & Recording,
  backend: NativeBackend,
): TensorInfo[] {
  const { y, record } = runLayerNorm(inputs, attributes, backend);
  if (!record) return [y];
  const { x, residual } = inputs;
  const again = [x, ...(residual ? [residual] : [])].map((input) => backend.sameMemory(input));
  return [y, record.statistics, ...again, ...(record.kept ? [record.kept] : [])];
}

function layerNormGradient(
  { dy, gamma, saved0: statistics, saved1: x, saved2, saved3 }: SavedInputs,
  { hasResidual, dropout }: LayerNormAttributes,
  backend: NativeBackend,
): TensorInfo[] {
  const [residual, kept] = hasResidual ? [saved2, saved3] : [undefined, saved2];
  const inputs = { dy, gamma, statistics, x, ...(residual && { residual }), ...(kept && { kept }) };
  const { dx, dGamma, dBeta, dResidual } = runLayerNormGradient(inputs, dropout, backend);
  return [dx, dGamma, dBeta, ...(dResidual ? [dResidual] : [])];
}

function rowsOf({ shape }: TensorInfo): { rows: number; hidden: number } {
  return { rows: util.sizeFromShape(shape.slice(0, -1)), hidden: shape.at(-1) ?? 1 };
}

/** MalmoiLayerNorm and MalmoiLayerNormGrad. */
export const layerNormKernels = [
  nativeKernel(layerNormOp.kernelName, layerNorm),
  nativeKernel(layerNormOp.gradKernelName, layerNormGradient),
];
