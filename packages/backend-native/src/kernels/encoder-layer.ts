// MalmoiEncoderLayer and its gradient (see @malmoi/ops, encoder-layer.ts): the kernels of its parts, called one after
// the other. As one op it is one node of the tape instead of nine, its gradients are added up where they are made,
// and what the backward pass does not need is free again before the next part begins.
import { encoderLayerOp } from '@malmoi/ops';
import type { EncoderLayerAttributes, EncoderLayerInputs } from '@malmoi/ops';
import type { TensorInfo } from '@tensorflow/tfjs-core';

import type { NativeBackend } from '../native-backend.ts';
import { runAttention, runAttentionGradient } from './attention.ts';
import type { AttentionRecord } from './attention.ts';
import { runDense, runDenseGradient } from './dense.ts';
import { nativeKernel } from './kernel.ts';
import { runLayerNorm, runLayerNormGradient } from './layer-norm.ts';
import type { LayerNormRecord } from './layer-norm.ts';
import { addToRows, readRows } from './row-lookup.ts';

type Inputs = { readonly [Name in keyof EncoderLayerInputs]: TensorInfo };

type GradientInputs = Pick<Inputs, (typeof encoderLayerOp.savedInputs)[number]> & {
  readonly dy: TensorInfo;
} & Readonly<Partial<Record<`saved${number}`, TensorInfo>>>;

/** What the forward pass leaves to the gradient. */
interface LayerRecord {
  readonly query: TensorInfo;
  readonly key: TensorInfo;
  readonly value: TensorInfo;
  readonly attention: AttentionRecord;
  readonly context: TensorInfo;
  /** The context after its dense layer. */
  readonly projected: TensorInfo;
  readonly attentionNorm: LayerNormRecord;
  readonly attended: TensorInfo;
  /** What the derivative of the activation is computed from; absent without activation. */
  readonly activated?: TensorInfo;
  readonly widened: TensorInfo;
  readonly narrowed: TensorInfo;
  readonly outputNorm: LayerNormRecord;
}

const LINEAR = { activation: 'linear', hasBias: true } as const;

function encoderLayer(
  inputs: Inputs,
  attributes: EncoderLayerAttributes & { recording: boolean },
  backend: NativeBackend,
): TensorInfo[] {
  const { recording, epsilon } = attributes;
  const attended = attend(inputs, attributes, backend);
  const fed = feedForward(attended.y, inputs, attributes, backend);
  const { y, record: outputNorm } = runLayerNorm(
    {
      x: fed.narrowed,
      gamma: inputs.outputNormGamma,
      beta: inputs.outputNormBeta,
      residual: attended.y,
    },
    { epsilon, recording, ...dropoutOf(attributes.outputDropout) },
    backend,
  );
  if (!attended.record || !fed.record || !outputNorm) {
    backend.discard(fed.narrowed, attended.y);
    return [y];
  }
  const { narrowed } = fed;
  const record = {
    ...attended.record,
    attended: attended.y,
    ...fed.record,
    narrowed,
    outputNorm,
  };
  return [y, ...savedTensors(record)];
}

/** LN(dropout(attention) + hidden). Without a record nothing but y is left. */
function attend(
  inputs: Inputs,
  {
    numHeads,
    epsilon,
    probabilitiesDropout,
    attentionDropout,
    recording,
  }: EncoderLayerAttributes & { recording: boolean },
  backend: NativeBackend,
) {
  const { hidden, mask, rows } = inputs;
  const project = (x: TensorInfo, kernel: TensorInfo, bias: TensorInfo): TensorInfo =>
    runDense({ x, kernel, bias }, { activation: 'linear', recording }, backend).y;
  const wanted = rows ? readRows(hidden, rows, backend) : hidden;
  const query = project(wanted, inputs.queryKernel, inputs.queryBias);
  const key = project(hidden, inputs.keyKernel, inputs.keyBias);
  const value = project(hidden, inputs.valueKernel, inputs.valueBias);
  const { context, record: attention } = runAttention(
    { query, key, value, ...(mask && { mask }) },
    { numHeads, recording, ...dropoutOf(probabilitiesDropout) },
    backend,
  );
  if (!attention) backend.discard(query, key, value);
  const projected = project(context, inputs.attentionOutputKernel, inputs.attentionOutputBias);
  if (!attention) backend.discard(context);
  const { y, record: attentionNorm } = runLayerNorm(
    {
      x: projected,
      gamma: inputs.attentionNormGamma,
      beta: inputs.attentionNormBeta,
      residual: wanted,
    },
    { epsilon, recording, ...dropoutOf(attentionDropout) },
    backend,
  );
  if (rows) backend.discard(wanted);
  if (!attention || !attentionNorm) {
    backend.discard(projected);
    return { y };
  }
  return { y, record: { query, key, value, attention, context, projected, attentionNorm } };
}

/** The network before its dropout: it widens each position, and narrows it again. */
function feedForward(
  attended: TensorInfo,
  inputs: Inputs,
  { activation, recording }: EncoderLayerAttributes & { recording: boolean },
  backend: NativeBackend,
) {
  const { y: widened, preActivation } = runDense(
    { x: attended, kernel: inputs.intermediateKernel, bias: inputs.intermediateBias },
    { activation, recording },
    backend,
  );
  const { y: narrowed } = runDense(
    { x: widened, kernel: inputs.outputKernel, bias: inputs.outputBias },
    { activation: 'linear', recording },
    backend,
  );
  if (!recording) {
    backend.discard(widened);
    return { narrowed };
  }
  const activated =
    preActivation ?? (activation === 'linear' ? undefined : backend.sameMemory(widened));
  return { narrowed, record: { widened, ...(activated && { activated }) } };
}

function encoderLayerGradient(
  inputs: GradientInputs,
  attributes: EncoderLayerAttributes,
  backend: NativeBackend,
): TensorInfo[] {
  const record = recordOf(inputs, attributes);
  const fed = feedForwardGradient(inputs, record, attributes, backend);
  const attended = attentionGradient(fed.dAttended, inputs, record, attributes, backend);
  return [...attended, ...fed.weights];
}

/** The gradients of the weights from `intermediate` on, in the op's order, and that of what goes in. */
function feedForwardGradient(
  inputs: GradientInputs,
  { attended, activated, widened, narrowed, outputNorm }: LayerRecord,
  { activation, outputDropout }: EncoderLayerAttributes,
  backend: NativeBackend,
): { dAttended: TensorInfo; weights: TensorInfo[] } {
  const norm = runLayerNormGradient(
    {
      dy: inputs.dy,
      gamma: inputs.outputNormGamma,
      x: narrowed,
      residual: attended,
      ...outputNorm,
    },
    outputDropout,
    backend,
  );
  const narrow = runDenseGradient(
    { dy: norm.dx, x: widened, kernel: inputs.outputKernel },
    LINEAR,
    backend,
  );
  backend.discard(norm.dx);
  const widen = runDenseGradient(
    {
      dy: narrow.dx,
      x: attended,
      kernel: inputs.intermediateKernel,
      ...(activated && { saved0: activated }),
    },
    { activation, hasBias: true },
    backend,
    norm.dResidual,
  );
  backend.discard(narrow.dx);
  return {
    dAttended: widen.dx,
    weights: [...weightGradients(widen), ...weightGradients(narrow), norm.dGamma, norm.dBeta],
  };
}

/** The gradients of hidden and of the weights up to `attentionNorm`, in the op's order. */
function attentionGradient(
  dAttended: TensorInfo,
  inputs: GradientInputs,
  { query, key, value, attention, context, projected, attentionNorm }: LayerRecord,
  { numHeads, probabilitiesDropout, attentionDropout }: EncoderLayerAttributes,
  backend: NativeBackend,
): TensorInfo[] {
  const { hidden, mask, rows } = inputs;
  // Read again rather than kept.
  const wanted = rows ? readRows(hidden, rows, backend) : hidden;
  const norm = runLayerNormGradient(
    {
      dy: dAttended,
      gamma: inputs.attentionNormGamma,
      x: projected,
      residual: wanted,
      ...attentionNorm,
    },
    attentionDropout,
    backend,
  );
  backend.discard(dAttended);
  const project = runDenseGradient(
    { dy: norm.dx, x: context, kernel: inputs.attentionOutputKernel },
    LINEAR,
    backend,
  );
  backend.discard(norm.dx);
  const [dQuery, dKey, dValue] = runAttentionGradient(
    { dy: project.dx, query, key, value, ...(mask && { mask }), ...attention },
    { numHeads, ...dropoutOf(probabilitiesDropout) },
    backend,
  );
  backend.discard(project.dx);
  /** The gradient of x is added to `sum`. */
  const projectGradient = (
    dy: TensorInfo,
    x: TensorInfo,
    kernel: TensorInfo,
    sum: TensorInfo | undefined,
  ) => {
    const gradients = runDenseGradient({ dy, x, kernel }, LINEAR, backend, sum);
    backend.discard(dy);
    return gradients;
  };
  const ofQuery = projectGradient(dQuery, wanted, inputs.queryKernel, norm.dResidual);
  const dWanted = rows ? addToRows(ofQuery.dx, rows, hidden.shape, backend) : ofQuery.dx;
  if (rows) backend.discard(wanted, ofQuery.dx);
  const ofKey = projectGradient(dKey, hidden, inputs.keyKernel, dWanted);
  const ofValue = projectGradient(dValue, hidden, inputs.valueKernel, ofKey.dx);
  return [
    ofValue.dx,
    ...[ofQuery, ofKey, ofValue, project].flatMap(weightGradients),
    norm.dGamma,
    norm.dBeta,
  ];
}

/** Kernel and bias. */
function weightGradients({
  dKernel,
  dBias,
}: {
  readonly dKernel: TensorInfo;
  readonly dBias?: TensorInfo;
}): TensorInfo[] {
  return [dKernel, ...(dBias ? [dBias] : [])];
}

function dropoutOf<Dropout>(dropout: Dropout | undefined): { dropout?: Dropout } {
  return dropout === undefined ? {} : { dropout };
}

/** A record as the list of tensors that the op keeps; `recordOf` reads it. */
function savedTensors({
  attention,
  attentionNorm,
  outputNorm,
  ...record
}: LayerRecord): TensorInfo[] {
  return [
    ...[record.query, record.key, record.value, record.context, record.projected],
    ...[record.attended, record.widened, record.narrowed],
    ...[attention.rows, attentionNorm.statistics, outputNorm.statistics],
    ...[record.activated, attention.kept, attentionNorm.kept, outputNorm.kept].filter(
      (tensor) => tensor !== undefined,
    ),
  ];
}

function recordOf(
  inputs: GradientInputs,
  { activation, probabilitiesDropout, attentionDropout, outputDropout }: EncoderLayerAttributes,
): LayerRecord {
  let position = 0;
  const next = (): TensorInfo => {
    const tensor = inputs[`saved${position++}`];
    if (tensor === undefined)
      throw new TypeError('encoderLayer: the forward pass saved too little.');
    return tensor;
  };
  const [query, key, value, context, projected] = [next(), next(), next(), next(), next()];
  const [attended, widened, narrowed] = [next(), next(), next()];
  const [rows, attentionStatistics, outputStatistics] = [next(), next(), next()];
  const activated = activation === 'linear' ? undefined : next();
  const kept = (dropout: unknown): { kept?: TensorInfo } => (dropout ? { kept: next() } : {});
  return {
    ...{ query, key, value, context, projected, attended, widened, narrowed },
    ...(activated && { activated }),
    attention: { rows, ...kept(probabilitiesDropout) },
    attentionNorm: { statistics: attentionStatistics, ...kept(attentionDropout) },
    outputNorm: { statistics: outputStatistics, ...kept(outputDropout) },
  };
}

/** MalmoiEncoderLayer and MalmoiEncoderLayerGrad. */
export const encoderLayerKernels = [
  nativeKernel(encoderLayerOp.kernelName, encoderLayer),
  nativeKernel(encoderLayerOp.gradKernelName, encoderLayerGradient),
];
