// The feed-forward network of encoderLayer and its gradient, on the addon: both products in one call.
import type { FusedActivation } from '@malmoi/ops';
import { util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';

import type { NativeBackend } from '../native-backend.ts';
import { ACTIVATION_CODES } from './matrix.ts';
import { emptyElements, storedElements, storedPrecision } from './stored-elements.ts';

/** Rows of what is kept are as long as a multiple of this; savedColumns of feed_forward_kernels.h. */
const SAVED_COLUMNS = 32;

/** The kernels [inner, width] and [width, inner]. */
interface Kernels {
  readonly wideningKernel: TensorInfo;
  readonly narrowingKernel: TensorInfo;
}

interface ForwardInputs extends Kernels {
  /** [..., width]. */
  readonly x: TensorInfo;
  readonly wideningBias: TensorInfo;
  readonly narrowingBias: TensorInfo;
}

/** What the gradient needs of the network, in the precision of its products. */
export interface FeedForwardRecord {
  readonly widened: TensorInfo;
  /** The derivative of the activation; absent for a linear one. */
  readonly slopes?: TensorInfo;
}

interface GradientInputs extends Kernels, FeedForwardRecord {
  readonly dy: TensorInfo;
  readonly x: TensorInfo;
}

/** The gradients of the network. */
export interface FeedForwardGradients {
  readonly dWideningKernel: TensorInfo;
  readonly dWideningBias: TensorInfo;
  readonly dNarrowingKernel: TensorInfo;
  readonly dNarrowingBias: TensorInfo;
}

/** activation(x * widening^T + bias) * narrowing^T + bias, of the shape of x; the record if `recording`. */
export function runFeedForward(
  { x, wideningKernel, wideningBias, narrowingKernel, narrowingBias }: ForwardInputs,
  { activation, recording }: { activation: FusedActivation; recording: boolean },
  backend: NativeBackend,
): { y: TensorInfo; record?: FeedForwardRecord } {
  const { rows, width, inner } = networkShape(x, wideningKernel);
  const y = backend.emptyFloats(x.shape);
  const record = recording ? emptyRecord(rows, inner, activation, backend) : undefined;
  backend.addon.feedForward(
    rows,
    width,
    inner,
    ACTIVATION_CODES[activation],
    backend.precisionCode,
    backend.floats(wideningKernel),
    backend.floats(narrowingKernel),
    backend.floats(x),
    backend.floats(wideningBias),
    backend.floats(narrowingBias),
    backend.floats(y),
    record ? storedElements(record.widened, backend) : null,
    record?.slopes ? storedElements(record.slopes, backend) : null,
  );
  return { y, ...(record && { record }) };
}

/** The gradients of kernels and biases; that of x is added to `dx`. */
export function runFeedForwardGradient(
  { dy, x, wideningKernel, narrowingKernel, widened, slopes }: GradientInputs,
  activation: FusedActivation,
  backend: NativeBackend,
  dx: TensorInfo,
): FeedForwardGradients {
  const { rows, width, inner } = networkShape(x, wideningKernel);
  const gradients = {
    dWideningKernel: backend.emptyFloats([inner, width]),
    dWideningBias: backend.emptyFloats([inner]),
    dNarrowingKernel: backend.emptyFloats([width, inner]),
    dNarrowingBias: backend.emptyFloats([width]),
  };
  backend.addon.feedForwardGradient(
    rows,
    width,
    inner,
    ACTIVATION_CODES[activation],
    storedPrecision(widened),
    backend.floats(wideningKernel),
    backend.floats(narrowingKernel),
    storedElements(widened, backend),
    slopes ? storedElements(slopes, backend) : null,
    backend.floats(dy),
    backend.floats(x),
    backend.floats(dx),
    backend.floats(gradients.dWideningKernel),
    backend.floats(gradients.dWideningBias),
    backend.floats(gradients.dNarrowingKernel),
    backend.floats(gradients.dNarrowingBias),
  );
  return gradients;
}

function networkShape(
  x: TensorInfo,
  wideningKernel: TensorInfo,
): { rows: number; width: number; inner: number } {
  const [inner = 0, width = 0] = wideningKernel.shape;
  return { rows: util.sizeFromShape(x.shape.slice(0, -1)), width, inner };
}

function emptyRecord(
  rows: number,
  inner: number,
  activation: FusedActivation,
  backend: NativeBackend,
): FeedForwardRecord {
  const shape = [rows, Math.ceil(inner / SAVED_COLUMNS) * SAVED_COLUMNS];
  const widened = emptyElements(shape, backend);
  return activation === 'linear' ? { widened } : { widened, slopes: emptyElements(shape, backend) };
}
