// Wrong calls, one for each way in which an op can be misused: the call, the class of its error, and what
// the message must say.
import type { Tensor } from '@tensorflow/tfjs-core';

import {
  activation,
  attention,
  binaryCrossEntropyWithLogits,
  clipScale,
  crossEntropy,
  dense,
  dropout,
  embeddingLookup,
  encoderLayer,
  gatherPositions,
  gelu,
  globalNorm,
  layerNorm,
  maskedLmLoss,
  meanSquaredError,
  OpDtypeError,
  OpShapeError,
  OpValueError,
} from '../src/index.ts';
import type { EncoderLayerWeights } from '../src/index.ts';

export type ErrorClass = new (...args: never[]) => Error;
/** Makes the tensors a call needs, so that they can be counted. */
export type Make = (shape: number[], dtype?: 'float32' | 'int32', value?: number) => Tensor;
export type BadCall = [
  title: string,
  call: (t: Make) => unknown,
  error: ErrorClass,
  message: RegExp,
];

const SPEC = { rate: 0.1, seed: 1, step: 1, site: 1 };
const HEADS = { numHeads: 2 };

const layerWeights = (t: Make, inner = 6): EncoderLayerWeights => {
  const square = { kernel: t([4, 4]), bias: t([4]) };
  const norm = { gamma: t([4]), beta: t([4]) };
  return {
    ...{ query: square, key: square, value: square, attentionOutput: square },
    ...{ attentionNorm: norm, outputNorm: norm },
    intermediate: { kernel: t([6, 4]), bias: t([6]) },
    output: { kernel: t([4, inner]), bias: t([4]) },
  };
};

const calls: BadCall[] = [
  [
    'encoderLayer: a kernel of another width',
    (t) => encoderLayer(t([2, 3, 4]), layerWeights(t, 5), HEADS),
    OpShapeError,
    /encoderLayer: output.kernel has shape \[4, 5\], expected \[4, 6\]/,
  ],
  [
    'encoderLayer: heads that do not divide hidden',
    (t) => encoderLayer(t([2, 3, 4]), layerWeights(t), { numHeads: 3 }),
    OpShapeError,
    /encoderLayer: hidden has shape \[2, 3, 4\], .*divisible by 3 heads/,
  ],
  [
    'encoderLayer: a mask of another length',
    (t) => encoderLayer(t([2, 3, 4]), layerWeights(t), { ...HEADS, mask: t([2, 4], 'int32') }),
    OpShapeError,
    /mask/,
  ],
  [
    'encoderLayer: positions of another batch',
    (t) => encoderLayer(t([2, 3, 4]), layerWeights(t), { ...HEADS, positions: t([3, 1], 'int32') }),
    OpShapeError,
    /positions has shape \[3, 1\], expected \[2, count\]/,
  ],
  [
    'encoderLayer: a position outside its sequence',
    (t) =>
      encoderLayer(t([2, 3, 4]), layerWeights(t), { ...HEADS, positions: t([2, 1], 'int32', 3) }),
    OpValueError,
    /positions at flat position 0 is 3, expected 0 to 2/,
  ],
  [
    'encoderLayer: int32',
    (t) => encoderLayer(t([2, 3, 4], 'int32'), layerWeights(t), HEADS),
    OpDtypeError,
    /hidden/,
  ],
  [
    'layerNorm: gamma too short',
    (t) => layerNorm(t([2, 4]), t([3]), t([4])),
    OpShapeError,
    /layerNorm: gamma has shape \[3\], expected \[4\]/,
  ],
  [
    'layerNorm: beta of rank 2',
    (t) => layerNorm(t([2, 4]), t([4]), t([1, 4])),
    OpShapeError,
    /beta/,
  ],
  [
    'layerNorm: another residual',
    (t) => layerNorm(t([2, 4]), t([4]), t([4]), { residual: t([4]) }),
    OpShapeError,
    /residual has shape \[4\], expected \[2, 4\], the shape of x/,
  ],
  [
    'layerNorm: int32',
    (t) => layerNorm(t([2, 4], 'int32'), t([4]), t([4])),
    OpDtypeError,
    /x is int32, expected float32/,
  ],
  [
    'layerNorm: a scalar',
    (t) => layerNorm(t([]), t([1]), t([1])),
    OpShapeError,
    /x has shape \[\]/,
  ],
  [
    'layerNorm: epsilon 0',
    (t) => layerNorm(t([2, 4]), t([4]), t([4]), { epsilon: 0 }),
    OpValueError,
    /epsilon is 0/,
  ],
  [
    'layerNorm: epsilon NaN',
    (t) => layerNorm(t([2, 4]), t([4]), t([4]), { epsilon: NaN }),
    OpValueError,
    /epsilon is NaN/,
  ],
  [
    'layerNorm: dropout 1.5',
    (t) => layerNorm(t([2, 4]), t([4]), t([4]), { dropout: { ...SPEC, rate: 1.5 } }),
    OpValueError,
    /layerNorm: dropout rate is 1.5/,
  ],
  ['gelu: int32', (t) => gelu(t([2], 'int32')), OpDtypeError, /gelu: x/],
  [
    'gelu: another form',
    (t) => gelu(t([2]), 'erf' as never),
    OpValueError,
    /approximate is 'erf', expected 'none' or 'tanh'/,
  ],
  [
    'activation: unknown',
    () => activation('geluu' as never),
    OpValueError,
    /name is 'geluu', expected one of gelu, gelu_10/,
  ],
  [
    'activation: constructor',
    () => activation('constructor' as never),
    OpValueError,
    /'constructor'/,
  ],
  [
    'dense: kernel transposed',
    (t) => dense(t([2, 4]), t([4, 3])),
    OpShapeError,
    /kernel has shape \[4, 3\], expected \[out, 4\]/,
  ],
  [
    'dense: bias of the input size',
    (t) => dense(t([2, 4]), t([3, 4]), t([4])),
    OpShapeError,
    /bias has shape \[4\], expected \[3\]/,
  ],
  [
    'dense: unknown activation',
    (t) => dense(t([2, 4]), t([3, 4]), null, { activation: 'none' as never }),
    OpValueError,
    /'none'/,
  ],
  ['dense: int32 kernel', (t) => dense(t([2, 4]), t([3, 4], 'int32')), OpDtypeError, /kernel/],
  [
    'attention: rank 2',
    (t) => attention(t([2, 4]), t([2, 4]), t([2, 4]), HEADS),
    OpShapeError,
    /query has shape \[2, 4\], expected \[batch, length, hidden\]/,
  ],
  [
    'attention: another key',
    (t) => attention(t([1, 2, 4]), t([2, 2, 4]), t([2, 2, 4]), HEADS),
    OpShapeError,
    /key has shape \[2, 2, 4\], expected \[1, length, 4\]/,
  ],
  [
    'attention: another value',
    (t) => attention(t([1, 2, 4]), t([1, 2, 4]), t([1, 2, 2]), HEADS),
    OpShapeError,
    /value/,
  ],
  [
    'attention: heads do not divide hidden',
    (t) => attention(t([1, 2, 5]), t([1, 2, 5]), t([1, 2, 5]), HEADS),
    OpShapeError,
    /divisible by 2 heads/,
  ],
  [
    'attention: no heads',
    (t) => attention(t([1, 2, 4]), t([1, 2, 4]), t([1, 2, 4]), { numHeads: 0 }),
    OpValueError,
    /numHeads is 0/,
  ],
  [
    'attention: mask of the wrong length',
    (t) =>
      attention(t([1, 2, 4]), t([1, 2, 4]), t([1, 2, 4]), {
        numHeads: 2,
        mask: t([1, 3], 'int32'),
      }),
    OpShapeError,
    /mask has shape \[1, 3\], expected \[1, 2\]/,
  ],
  [
    'attention: dropout 1',
    (t) =>
      attention(t([1, 2, 4]), t([1, 2, 4]), t([1, 2, 4]), {
        numHeads: 2,
        dropout: { ...SPEC, rate: 1 },
      }),
    OpValueError,
    /attention: dropout rate is 1/,
  ],
  ['dropout: negative rate', (t) => dropout(t([2]), { ...SPEC, rate: -0.1 }), OpValueError, /rate/],
  ['dropout: NaN rate', (t) => dropout(t([2]), { ...SPEC, rate: NaN }), OpValueError, /rate/],
  [
    'dropout: fractional seed',
    (t) => dropout(t([2]), { ...SPEC, seed: 0.5 }),
    OpValueError,
    /seed/,
  ],
  [
    'dropout: step of 2^32',
    (t) => dropout(t([2]), { ...SPEC, step: 2 ** 32 }),
    OpValueError,
    /step/,
  ],
  ['dropout: negative site', (t) => dropout(t([2]), { ...SPEC, site: -1 }), OpValueError, /site/],
  [
    'embeddingLookup: float ids',
    (t) => embeddingLookup({ word: t([3, 2]) }, t([1, 2])),
    OpDtypeError,
    /inputIds is float32, expected int32/,
  ],
  [
    'embeddingLookup: flat ids',
    (t) => embeddingLookup({ word: t([3, 2]) }, t([2], 'int32')),
    OpShapeError,
    /inputIds/,
  ],
  [
    'embeddingLookup: id past the table',
    (t) => embeddingLookup({ word: t([3, 2]) }, t([1, 2], 'int32', 3)),
    OpValueError,
    /inputIds at flat position 0 is 3, expected 0 to 2/,
  ],
  [
    'embeddingLookup: negative id',
    (t) => embeddingLookup({ word: t([3, 2]) }, t([1, 2], 'int32', -1)),
    OpValueError,
    /is -1/,
  ],
  [
    'embeddingLookup: too long for the positions',
    (t) => embeddingLookup({ word: t([3, 2]), position: t([4, 2]) }, t([1, 5], 'int32')),
    OpShapeError,
    /a length of at most 4, the rows of position/,
  ],
  [
    'embeddingLookup: tables of different width',
    (t) => embeddingLookup({ word: t([3, 2]), tokenType: t([2, 3]) }, t([1, 2], 'int32')),
    OpShapeError,
    /tokenType has shape \[2, 3\], expected \[rows, 2\]/,
  ],
  [
    'embeddingLookup: token type 2 of 2',
    (t) =>
      embeddingLookup({ word: t([3, 2]), tokenType: t([2, 2]) }, t([1, 2], 'int32'), {
        tokenTypeIds: t([1, 2], 'int32', 2),
      }),
    OpValueError,
    /tokenTypeIds at flat position 0 is 2/,
  ],
  [
    'embeddingLookup: token types of another shape',
    (t) =>
      embeddingLookup({ word: t([3, 2]), tokenType: t([2, 2]) }, t([1, 2], 'int32'), {
        tokenTypeIds: t([2, 1], 'int32'),
      }),
    OpShapeError,
    /tokenTypeIds/,
  ],
  [
    'gatherPositions: position past the batch',
    (t) => gatherPositions(t([2, 3, 4]), t([1], 'int32', 6)),
    OpValueError,
    /positions at flat position 0 is 6, expected 0 to 5/,
  ],
  [
    'gatherPositions: positions of rank 2',
    (t) => gatherPositions(t([2, 3, 4]), t([1, 1], 'int32')),
    OpShapeError,
    /positions/,
  ],
  [
    'gatherPositions: a vector',
    (t) => gatherPositions(t([4]), t([1], 'int32')),
    OpShapeError,
    /hidden/,
  ],
  [
    'crossEntropy: label past the classes',
    (t) => crossEntropy(t([2, 3]), t([2], 'int32', 3)),
    OpValueError,
    /labels at flat position 0 is 3, expected 0 to 2 or -100/,
  ],
  [
    'crossEntropy: another ignore index',
    (t) => crossEntropy(t([2, 3]), t([2], 'int32', -100), { ignoreIndex: -1 }),
    OpValueError,
    /is -100, expected 0 to 2 or -1/,
  ],
  [
    'crossEntropy: too few labels',
    (t) => crossEntropy(t([2, 3]), t([1], 'int32')),
    OpShapeError,
    /labels has shape \[1\], expected \[2\]/,
  ],
  ['crossEntropy: float labels', (t) => crossEntropy(t([2, 3]), t([2])), OpDtypeError, /labels/],
  [
    'crossEntropy: another reduction',
    (t) => crossEntropy(t([2, 3]), t([2], 'int32'), { reduction: 'none' as never }),
    OpValueError,
    /reduction is 'none'/,
  ],
  [
    'crossEntropy: weights of another shape',
    (t) => crossEntropy(t([2, 3]), t([2], 'int32'), { weights: t([3]) }),
    OpShapeError,
    /weights/,
  ],
  [
    'maskedLmLoss: hidden of rank 3',
    (t) => maskedLmLoss(t([1, 2, 4]), t([5, 4]), null, t([2], 'int32')),
    OpShapeError,
    /hidden has shape \[1, 2, 4\], expected \[n, hidden\]/,
  ],
  [
    'maskedLmLoss: kernel transposed',
    (t) => maskedLmLoss(t([2, 4]), t([4, 5]), null, t([2], 'int32')),
    OpShapeError,
    /kernel/,
  ],
  [
    'maskedLmLoss: bias of the hidden size',
    (t) => maskedLmLoss(t([2, 4]), t([5, 4]), t([4]), t([2], 'int32')),
    OpShapeError,
    /bias/,
  ],
  [
    'maskedLmLoss: label past the vocabulary',
    (t) => maskedLmLoss(t([2, 4]), t([5, 4]), null, t([2], 'int32', 5)),
    OpValueError,
    /labels/,
  ],
  [
    'binaryCrossEntropyWithLogits: other labels',
    (t) => binaryCrossEntropyWithLogits(t([2, 3]), t([2])),
    OpShapeError,
    /labels/,
  ],
  [
    'binaryCrossEntropyWithLogits: int32 labels',
    (t) => binaryCrossEntropyWithLogits(t([2]), t([2], 'int32')),
    OpDtypeError,
    /labels/,
  ],
  [
    'meanSquaredError: other labels',
    (t) => meanSquaredError(t([2, 1]), t([2])),
    OpShapeError,
    /labels/,
  ],
  ['globalNorm: int32', (t) => globalNorm([t([2]), t([2], 'int32')]), OpDtypeError, /tensors\[1\]/],
  ['clipScale: maximum 0', (t) => clipScale(t([]) as never, 0), OpValueError, /maxNorm is 0/],
];

/** Every wrong call. */
export const badCalls = (): readonly BadCall[] => calls;
