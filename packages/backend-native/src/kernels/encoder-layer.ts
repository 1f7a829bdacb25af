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
import { runFeedForward, runFeedForwardGradient } from './feed-forward.ts';
import type { FeedForwardRecord } from './feed-forward.ts';
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
  readonly network: FeedForwardRecord;
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
  const { y: narrowed, record: network } = runFeedForward(
    {
      x: attended.y,
      wideningKernel: inputs.intermediateKernel,
      wideningBias: inputs.intermediateBias,
      narrowingKernel: inputs.outputKernel,
      narrowingBias: inputs.outputBias,
    },
    attributes,
    backend,
  );
  const { y, record: outputNorm } = runLayerNorm(
    {
      x: narrowed,
      gamma: inputs.outputNormGamma,
      beta: inputs.outputNormBeta,
      residual: attended.y,
    },
    { epsilon, recording, ...dropoutOf(attributes.outputDropout) },
    backend,
  );
  if (!attended.record || !network || !outputNorm) {
    backend.discard(narrowed, attended.y);
    return [y];
  }
  const record = { ...attended.record, attended: attended.y, network, narrowed, outputNorm };
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
  { attended, network, narrowed, outputNorm }: LayerRecord,
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
  // What goes into the network also goes around it.
  const dAttended = norm.dResidual;
  if (!dAttended) throw new TypeError('encoderLayer: the norm has a residual.');
  const gradients = runFeedForwardGradient(
    {
      dy: norm.dx,
      x: attended,
      wideningKernel: inputs.intermediateKernel,
      narrowingKernel: inputs.outputKernel,
      ...network,
    },
    activation,
    backend,
    dAttended,
  );
  backend.discard(norm.dx);
  const { dWideningKernel, dWideningBias, dNarrowingKernel, dNarrowingBias } = gradients;
  return {
    dAttended,
    weights: [
      ...[dWideningKernel, dWideningBias, dNarrowingKernel, dNarrowingBias],
      ...[norm.dGamma, norm.dBeta],
    ],
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
  network,
  outputNorm,
  ...record
}: LayerRecord): TensorInfo[] {
  return [
    ...[record.query, record.key, record.value, record.context, record.projected],
    ...[record.attended, network.widened, record.narrowed],
    ...[attention.rows, attentionNorm.statistics, outputNorm.statistics],
    ...[network.slopes, attention.kept, attentionNorm.kept, outputNorm.kept].filter(
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
  const slopes = activation === 'linear' ? undefined : next();
  const kept = (dropout: unknown): { kept?: TensorInfo } => (dropout ? { kept: next() } : {});
  return {
    ...{ query, key, value, context, projected, attended, narrowed },
    network: { widened, ...(slopes && { slopes }) },
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
