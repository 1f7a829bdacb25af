// What is measured: each kernel at the sizes that it has in a training step of the models `mini` and `base`, with the
// work that it cannot do without, which its rate is computed from.
import { bertBatch, bertModels, trainingShapes } from '../bert-models.mjs';

/** Inputs of a kernel that is bound by memory are repeated until they fill this, so that no cache holds them. */
const BEYOND_CACHES = 256 * 2 ** 20;
const BOTH = ['float32', 'bfloat16'];

/** Bound by what the processor multiplies in a second. */
const operations = (count) => ({ limit: 'operations', work: count });
/** Bound by memory that is read alone, or read and written: so many float32 arrays, each counted every time. */
const read = (arrays, elements) => ({ limit: 'read', work: 4 * arrays * elements });
const update = (arrays, elements) => ({ limit: 'update', work: 4 * arrays * elements });

/**
 * One row for each kernel, size and precision: `name`; `kernel` and `sizes`, which native-kernels.mjs and peer.py know;
 * `gradient`, true for the backward pass; `limit` and `work`; `copies`, how many sets of inputs take turns.
 */
export const kernelRows = ['mini', 'base'].flatMap((model) => {
  const sizes = sizesOf(model);
  const kernels = [...matrixKernels(sizes), ...memoryKernels(sizes), ...optimizerKernels(model)];
  return kernels.flatMap((kernel) => rowsOf(model, kernel));
});

function rowsOf(model, { kernel, shape, sizes, precisions = ['float32'], forward, backward }) {
  const passes = backward === undefined ? [forward] : [forward, backward];
  return precisions.flatMap((precision) =>
    passes.map(({ limit, work }, pass) => {
      const gradient = pass === 1;
      const name = `${model}: ${kernel}${gradient ? ' gradient' : ''}, ${shape}, ${precision}`;
      const copies = limit === 'operations' ? 1 : Math.ceil(BEYOND_CACHES / work);
      return { name, kernel, sizes, precision, gradient, limit, work, copies };
    }),
  );
}

/** Matrix products, and what is fused with them. */
function matrixKernels({ batch, length, tokens, masked, vocabulary, hidden, intermediate, heads }) {
  const dense = (inputs, outputs) => ({
    kernel: 'dense',
    shape: `${tokens} x ${inputs} to ${outputs}`,
    sizes: { rows: tokens, inputs, outputs },
    precisions: BOTH,
    forward: operations(2 * tokens * inputs * outputs),
    backward: operations(4 * tokens * inputs * outputs),
  });
  // Two products forward, four backward; that the gradient computes the scores again is its own affair.
  const attention = (dropout) => ({
    kernel: 'attention',
    shape: `${batch} x ${length} x ${hidden}, ${heads} heads${dropout > 0 ? ', dropout' : ''}`,
    sizes: { batch, length, hidden, heads, dropout },
    precisions: BOTH,
    forward: operations(4 * batch * length ** 2 * hidden),
    backward: operations(8 * batch * length ** 2 * hidden),
  });
  const layer =
    2 * tokens * (4 * hidden ** 2 + 2 * hidden * intermediate) + 4 * batch * length ** 2 * hidden;
  return [
    dense(hidden, hidden),
    dense(hidden, intermediate),
    dense(intermediate, hidden),
    attention(0),
    attention(0.1),
    {
      kernel: 'encoder layer',
      shape: `${batch} x ${length} x ${hidden}, ${intermediate} inside, ${heads} heads`,
      sizes: { batch, length, hidden, intermediate, heads },
      precisions: BOTH,
      forward: operations(layer),
      backward: operations(2 * layer),
    },
    {
      kernel: 'masked-LM loss',
      shape: `${masked} x ${hidden} to ${vocabulary}`,
      sizes: { count: masked, hidden, classes: vocabulary },
      precisions: BOTH,
      forward: operations(2 * masked * hidden * vocabulary),
      backward: operations(4 * masked * hidden * vocabulary),
    },
  ];
}

/** What does a few operations with each number that it reads. */
function memoryKernels({ tokens, masked, vocabulary, hidden, intermediate }) {
  return [
    {
      kernel: 'cross-entropy',
      shape: `${masked} x ${vocabulary}`,
      sizes: { count: masked, classes: vocabulary },
      forward: read(1, masked * vocabulary),
      backward: update(2, masked * vocabulary),
    },
    {
      kernel: 'layer norm',
      shape: `${tokens} x ${hidden}`,
      sizes: { rows: tokens, hidden, dropout: 0 },
      forward: update(2, tokens * hidden),
      backward: update(3, tokens * hidden),
    },
    {
      kernel: 'layer norm',
      shape: `${tokens} x ${hidden}, dropout, residual`,
      sizes: { rows: tokens, hidden, dropout: 0.1 },
      forward: update(3, tokens * hidden),
      backward: update(5, tokens * hidden),
    },
    {
      kernel: 'GELU',
      shape: `${tokens} x ${intermediate}`,
      sizes: { rows: tokens, hidden: intermediate },
      forward: update(2, tokens * intermediate),
      backward: update(3, tokens * intermediate),
    },
  ];
}

/** Over all parameters of a model at once. */
function optimizerKernels(model) {
  const parameters = parameterSizes(bertModels[model]);
  const total = parameters.reduce((sum, size) => sum + size, 0);
  const shape = `${(total / 1e6).toFixed(1)} million parameters`;
  return [
    { kernel: 'AdamW', shape, sizes: { parameters }, forward: update(7, total) },
    { kernel: 'global norm', shape, sizes: { parameters }, forward: read(1, total) },
  ];
}

function sizesOf(model) {
  const { vocabSize, hiddenSize, intermediateSize, numAttentionHeads } = bertModels[model];
  const { batchSize, length } = trainingShapes[model];
  return {
    batch: batchSize,
    length,
    tokens: batchSize * length,
    masked: bertBatch({ vocabSize, batchSize, length }).maskedPositions.length,
    vocabulary: vocabSize,
    hidden: hiddenSize,
    intermediate: intermediateSize,
    heads: numAttentionHeads,
  };
}

/** Elements of each parameter of BertForPreTraining. */
function parameterSizes(sizes) {
  const { vocabSize, hiddenSize: hidden, intermediateSize: intermediate } = sizes;
  const dense = (inputs, outputs) => [inputs * outputs, outputs];
  const layerNorm = [hidden, hidden];
  const layer = [
    ...Array.from({ length: 4 }, () => dense(hidden, hidden)).flat(),
    ...layerNorm,
    ...dense(hidden, intermediate),
    ...dense(intermediate, hidden),
    ...layerNorm,
  ];
  const embeddings = [vocabSize, sizes.maxPositionEmbeddings, 2].map((rows) => rows * hidden);
  return [
    ...embeddings,
    ...layerNorm,
    ...Array.from({ length: sizes.numHiddenLayers }, () => layer).flat(),
    ...dense(hidden, hidden), // the pooler
    ...dense(hidden, hidden), // the masked-LM head, whose matrix is that of the embeddings
    ...layerNorm,
    vocabSize,
    ...dense(hidden, 2), // next-sentence prediction
  ];
}
