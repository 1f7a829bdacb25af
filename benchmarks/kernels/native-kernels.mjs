// The kernels of the native backend on numbers of the sizes in rows.mjs, called as TensorFlow.js calls them.
import {
  ADAMW_KERNEL,
  attentionOp,
  crossEntropyOp,
  denseOp,
  dropoutAttributes,
  encoderLayerOp,
  geluOp,
  GLOBAL_NORM_KERNEL,
  IGNORE_INDEX,
  layerNormOp,
  maskedLmLossOp,
} from '@malmoi/ops';
import * as tf from '@tensorflow/tfjs-core';

/** The fused op of each kernel, and how its inputs and attributes follow from the sizes. */
const FUSED_OPS = {
  dense: {
    op: denseOp,
    inputs: ({ rows, inputs, outputs }) => ({
      x: floats(rows, inputs),
      kernel: floats(outputs, inputs),
      bias: floats(outputs),
    }),
    attributes: () => ({ activation: 'linear', hasBias: true }),
  },
  attention: {
    op: attentionOp,
    inputs: ({ batch, length, hidden }) => ({
      query: floats(batch, length, hidden),
      key: floats(batch, length, hidden),
      value: floats(batch, length, hidden),
    }),
    attributes: ({ heads, dropout }) => ({ numHeads: heads, ...withDropout(dropout) }),
  },
  'encoder layer': {
    op: encoderLayerOp,
    inputs: ({ batch, length, hidden, intermediate }) => ({
      hidden: floats(batch, length, hidden),
      ...denseInputs('query', hidden, hidden),
      ...denseInputs('key', hidden, hidden),
      ...denseInputs('value', hidden, hidden),
      ...denseInputs('attentionOutput', hidden, hidden),
      ...{ attentionNormGamma: floats(hidden), attentionNormBeta: floats(hidden) },
      ...denseInputs('intermediate', hidden, intermediate),
      ...denseInputs('output', intermediate, hidden),
      ...{ outputNormGamma: floats(hidden), outputNormBeta: floats(hidden) },
    }),
    attributes: ({ heads }) => ({ numHeads: heads, epsilon: 1e-12, activation: 'gelu' }),
  },
  'masked-LM loss': {
    op: maskedLmLossOp,
    inputs: ({ count, hidden, classes }) => ({
      hidden: floats(count, hidden),
      kernel: floats(classes, hidden),
      bias: floats(classes),
      labels: labels(count, classes),
    }),
    attributes: () => ({ ignoreIndex: IGNORE_INDEX, countCorrect: true, hasBias: true }),
  },
  'cross-entropy': {
    op: crossEntropyOp,
    inputs: ({ count, classes }) => ({
      logits: floats(count, classes),
      labels: labels(count, classes),
    }),
    attributes: () => ({ ignoreIndex: IGNORE_INDEX, countCorrect: true }),
  },
  'layer norm': {
    op: layerNormOp,
    inputs: ({ rows, hidden, dropout }) => ({
      x: floats(rows, hidden),
      gamma: floats(hidden),
      beta: floats(hidden),
      ...(dropout > 0 && { residual: floats(rows, hidden) }),
    }),
    attributes: ({ dropout }) => ({
      epsilon: 1e-12,
      hasResidual: dropout > 0,
      ...withDropout(dropout),
    }),
  },
  GELU: {
    op: geluOp,
    inputs: ({ rows, hidden }) => ({ x: floats(rows, hidden) }),
    attributes: () => ({ approximate: 'none' }),
  },
};

/** Kernels over all parameters, which have no gradient. */
const OPTIMIZER_KERNELS = {
  AdamW: ({ parameters }) => ({
    kernelName: ADAMW_KERNEL,
    inputs: Object.assign(
      {},
      ...parameters.map((size, i) => ({
        [`param${i}`]: floats(size),
        [`gradient${i}`]: floats(size),
        [`expAvg${i}`]: floats(size),
        [`expAvgSq${i}`]: positiveFloats(size),
      })),
    ),
    attributes: {
      count: parameters.length,
      ...{ learningRate: 1e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      ...{ biasCorrection1: 0.5, biasCorrection2: 0.5 },
      weightDecays: parameters.map(() => 0.01),
    },
  }),
  'global norm': ({ parameters }) => ({
    kernelName: GLOBAL_NORM_KERNEL,
    inputs: Object.fromEntries(parameters.map((size, i) => [`tensor${i}`, floats(size)])),
    attributes: { count: parameters.length },
  }),
};

/**
 * A row as a call, whose outputs are to be given to `release`: the last of them stay until as many as the row has copies
 * have been made, so that their memory is no more in a cache than the inputs'. `dispose` ends it.
 */
export function prepareRow(row) {
  const sets = Array.from({ length: row.copies }, () => prepareInputs(row));
  const outputs = [];
  let turn = 0;
  return {
    call: () => {
      const { kernelName, inputs, attributes } = sets[turn++ % sets.length];
      return runKernel(kernelName, inputs, attributes);
    },
    release: (made) => {
      outputs.push(made);
      if (outputs.length >= row.copies) disposeAll(outputs.shift());
    },
    dispose: () => {
      for (const made of outputs) disposeAll(made);
      for (const { inputs, forward = {} } of sets) {
        disposeAll(Object.values({ ...forward, ...inputs }));
      }
      tf.backend().dispose();
    },
  };
}

/** Name, inputs and attributes of a kernel; `forward` are inputs of the forward kernel where it is the gradient. */
function prepareInputs({ kernel, sizes, gradient }) {
  if (kernel in OPTIMIZER_KERNELS) return OPTIMIZER_KERNELS[kernel](sizes);
  const { op, inputs: makeInputs, attributes: makeAttributes } = FUSED_OPS[kernel];
  const inputs = makeInputs(sizes);
  const attributes = makeAttributes(sizes);
  const recording = { ...attributes, recording: true };
  if (!gradient) return { kernelName: op.kernelName, inputs, attributes: recording };
  const [value, ...saved] = runKernel(op.kernelName, inputs, recording);
  const dy = floats(...value.shape);
  disposeAll([value]);
  const names = op.savedInputs.filter((name) => name in inputs);
  const gradientInputs = {
    dy,
    ...Object.fromEntries(names.map((name) => [name, inputs[name]])),
    ...Object.fromEntries(saved.map((tensor, i) => [`saved${i}`, tensor])),
  };
  return { kernelName: op.gradKernelName, inputs: gradientInputs, attributes, forward: inputs };
}

/** A kernel by its name, around the tape and the bookkeeping of TensorFlow.js. */
function runKernel(kernelName, inputs, attrs) {
  const backend = tf.backend();
  const outputs = tf.getKernel(kernelName, 'native').kernelFunc({ inputs, attrs, backend });
  return Array.isArray(outputs) ? outputs : [outputs];
}

function disposeAll(tensors) {
  for (const { dataId } of tensors) tf.backend().disposeData(dataId);
}

function withDropout(rate) {
  return rate > 0 && { dropout: dropoutAttributes({ rate, seed: 1, step: 1, site: 'kernel' }) };
}

/** Kernel and bias of a dense layer of an encoder layer. */
function denseInputs(name, inputs, outputs) {
  return { [`${name}Kernel`]: floats(outputs, inputs), [`${name}Bias`]: floats(outputs) };
}

/** Uniform in [-1, 1), the same in every run: the generator of Numerical Recipes, chapter 7. */
const RANDOM = new Float32Array(1 << 18);
let state = 1;
for (let i = 0; i < RANDOM.length; i++) {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  RANDOM[i] = state / 2 ** 31 - 1;
}

function floats(...shape) {
  return filled(shape, RANDOM);
}

const POSITIVE = RANDOM.map((value) => value + 1.001);

function positiveFloats(...shape) {
  return filled(shape, POSITIVE);
}

function filled(shape, numbers) {
  const tensor = tf.backend().emptyFloats(shape);
  const values = tf.backend().floats(tensor);
  for (let i = 0; i < values.length; i += numbers.length) {
    values.set(numbers.subarray(0, values.length - i), i);
  }
  return tensor;
}

function labels(count, classes) {
  const tensor = tf.backend().emptyTensor([count], 'int32');
  const values = tf.backend().ints(tensor);
  for (let i = 0; i < count; i++) values[i] = (i * 7919) % classes;
  return tensor;
}
