// The functions that the C++ addon exports (native/binding), as TypeScript sees them. Each checks its arguments
// and throws an Error named NativeKernelError that says which one is wrong.

import type { PooledArray } from '../memory/buffer-pool.ts';

/** Which instruction sets there are kernels for, and which are in use. */
interface InstructionSets {
  /** All that kernels were compiled for, best first. */
  readonly compiled: readonly string[];
  /** Those that this machine has, best first. */
  readonly usable: readonly string[];
  readonly current: string;
  /** True where the current ones multiply matrices in bfloat16. */
  readonly hasBfloat16: boolean;
}

/** DropoutAttributes of @malmoi/ops as the addon takes them. */
export type DropoutWords = readonly [
  threshold: number,
  scale: number,
  seedLow: number,
  seedHigh: number,
  step: number,
  siteLow: number,
  siteHigh: number,
];

/** The addon. Sizes come first in every kernel, since the arrays are checked against them. */
export interface NativeAddon {
  instructionSets(): InstructionSets;
  /** Chooses the kernels of the whole process. */
  selectInstructionSet(name: string): void;
  setThreads(threads: number): void;
  /** Bytes of working memory that the kernels hold. */
  heldScratch(): number;
  /** Offset of the first address in the buffer that is a multiple of 64. */
  alignBuffer(buffer: ArrayBuffer): number;
  /** c = activation(a * b + bias) for each of `batch` pairs; a or b is one matrix for all if repeated. */
  matMul(
    batch: number,
    rows: number,
    columns: number,
    depth: number,
    transposeA: boolean,
    transposeB: boolean,
    repeatA: boolean,
    repeatB: boolean,
    activation: number,
    precision: number,
    a: Float32Array,
    b: Float32Array,
    c: Float32Array,
    bias: Float32Array | null,
    preActivation: Float32Array | null,
  ): void;
  /**
   * Gradients of a dense layer; `saved` is the value before GELU, after ReLU or tanh, null without activation. With
   * `accumulateDx` the gradient of x is added to what dx holds.
   */
  denseGradient(
    rows: number,
    inputs: number,
    outputs: number,
    activation: number,
    precision: number,
    dy: Float32Array,
    x: Float32Array,
    weight: Float32Array,
    saved: Float32Array | null,
    dx: Float32Array,
    dWeight: Float32Array,
    dBias: Float32Array | null,
    accumulateDx: boolean,
  ): void;
  /** y = x * mask. */
  dropout(size: number, dropout: DropoutWords, x: Float32Array, y: Float32Array): void;
  /** Cross-entropy of logits; `peaks` and `logSums` (null where not wanted) are for its gradient. */
  crossEntropy(
    count: number,
    classes: number,
    ignoreIndex: number,
    countCorrect: boolean,
    labels: Int32Array,
    weights: Float32Array | null,
    logits: Float32Array,
    statistics: Float32Array,
    peaks: Float32Array | null,
    logSums: Float32Array | null,
  ): void;
  crossEntropyGradient(
    count: number,
    classes: number,
    ignoreIndex: number,
    upstream: number,
    labels: Int32Array,
    weights: Float32Array | null,
    logits: Float32Array,
    peaks: Float32Array,
    logSums: Float32Array,
    dLogits: Float32Array,
  ): void;
  /**
   * Cross-entropy of hidden * kernel^T + bias. For its gradient, or null where there is none: exponentials of the
   * logits (Int32Array with two bfloat16 each in bfloat16), what makes them probabilities, and the labels' gradients.
   */
  maskedLmLoss(
    count: number,
    classes: number,
    ignoreIndex: number,
    countCorrect: boolean,
    width: number,
    precision: number,
    labels: Int32Array,
    weights: Float32Array | null,
    hidden: Float32Array,
    kernel: Float32Array,
    bias: Float32Array | null,
    statistics: Float32Array,
    exponentials: Float32Array | Int32Array | null,
    factors: Float32Array | null,
    labelGradients: Float32Array | null,
  ): void;
  maskedLmLossGradient(
    count: number,
    classes: number,
    ignoreIndex: number,
    upstream: number,
    width: number,
    precision: number,
    labels: Int32Array,
    weights: Float32Array | null,
    hidden: Float32Array,
    kernel: Float32Array,
    exponentials: Float32Array | Int32Array,
    factors: Float32Array,
    labelGradients: Float32Array,
    dHidden: Float32Array,
    dKernel: Float32Array,
    dBias: Float32Array | null,
  ): void;
  /**
   * One AdamW update of all `params` and their moments, in place.
   *
   * @param hyperparameters learningRate, beta1, beta2, epsilon, 1 - beta1^step, 1 - beta2^step.
   */
  adamW(
    hyperparameters: readonly number[],
    weightDecays: readonly number[],
    params: readonly Float32Array[],
    gradients: readonly Float32Array[],
    expAvgs: readonly Float32Array[],
    expAvgSqs: readonly Float32Array[],
    clipScale: Float32Array | null,
  ): void;
  /** norm[0] = the Euclidean norm of all elements. */
  globalNorm(arrays: readonly Float32Array[], norm: Float32Array): void;
  /**
   * y = layerNorm(dropout(x) + residual); rows are [hidden]. For the gradient it saves two numbers for each row and
   * which elements were kept, a bit for each.
   */
  layerNorm(
    rows: number,
    hidden: number,
    epsilon: number,
    dropout: DropoutWords | null,
    x: Float32Array,
    residual: Float32Array | null,
    gamma: Float32Array,
    beta: Float32Array,
    y: Float32Array,
    statistics: Float32Array | null,
    kept: Int32Array | null,
  ): void;
  layerNormGradient(
    rows: number,
    hidden: number,
    dropout: DropoutWords | null,
    dy: Float32Array,
    x: Float32Array,
    residual: Float32Array | null,
    gamma: Float32Array,
    statistics: Float32Array,
    kept: Int32Array | null,
    dx: Float32Array,
    dGamma: Float32Array,
    dBeta: Float32Array,
    dResidual: Float32Array | null,
  ): void;
  gelu(size: number, tanhForm: boolean, x: Float32Array, y: Float32Array): void;
  geluGradient(
    size: number,
    tanhForm: boolean,
    dy: Float32Array,
    x: Float32Array,
    dx: Float32Array,
  ): void;
  /** sum = the sum of the rows that `ids` name in one to three tables of [counts[i], hidden]. */
  embeddingLookup(
    tokens: number,
    hidden: number,
    counts: readonly number[],
    tables: readonly Float32Array[],
    ids: readonly Int32Array[],
    sum: Float32Array,
  ): void;
  /** Writes the gradient of each table; the row `paddingId` of the first gets nothing. */
  embeddingGradient(
    tokens: number,
    hidden: number,
    counts: readonly number[],
    paddingId: number,
    ids: readonly Int32Array[],
    dy: Float32Array,
    gradients: readonly Float32Array[],
  ): void;
  /**
   * y = activation(x wideningKernel^T + wideningBias) narrowingKernel^T + narrowingBias. `widened` and `slopes`
   * [rows, inner rounded up to 32] are for the gradient, null where not wanted; in bfloat16 two elements are an int32.
   */
  feedForward(
    rows: number,
    width: number,
    inner: number,
    activation: number,
    precision: number,
    wideningKernel: Float32Array,
    narrowingKernel: Float32Array,
    x: Float32Array,
    wideningBias: Float32Array,
    narrowingBias: Float32Array,
    y: Float32Array,
    widened: Float32Array | Int32Array | null,
    slopes: Float32Array | Int32Array | null,
  ): void;
  /** The gradient of x is added to dx. */
  feedForwardGradient(
    rows: number,
    width: number,
    inner: number,
    activation: number,
    precision: number,
    wideningKernel: Float32Array,
    narrowingKernel: Float32Array,
    widened: Float32Array | Int32Array,
    slopes: Float32Array | Int32Array | null,
    dy: Float32Array,
    x: Float32Array,
    dx: Float32Array,
    dWideningKernel: Float32Array,
    dWideningBias: Float32Array,
    dNarrowingKernel: Float32Array,
    dNarrowingBias: Float32Array,
  ): void;
  /**
   * Attention of query [batch, queries, heads * headSize] to the other two [batch, length, ...]; `dropout` is empty where there is none. `rows` and `kept` are for
   * the gradient, null where not wanted.
   */
  attention(
    batch: number,
    queries: number,
    length: number,
    heads: number,
    headSize: number,
    precision: number,
    dropout: DropoutWords | readonly [],
    query: Float32Array,
    key: Float32Array,
    value: Float32Array,
    mask: Float32Array | null,
    context: Float32Array,
    rows: Float32Array | null,
    kept: Uint8Array | null,
  ): void;
  attentionGradient(
    batch: number,
    queries: number,
    length: number,
    heads: number,
    headSize: number,
    precision: number,
    dropout: DropoutWords | readonly [],
    query: Float32Array,
    key: Float32Array,
    value: Float32Array,
    mask: Float32Array | null,
    rows: Float32Array,
    kept: Uint8Array | null,
    dContext: Float32Array,
    dQuery: Float32Array,
    dKey: Float32Array,
    dValue: Float32Array,
  ): void;
  /** out = a op b of float32 with broadcasting; `op` is a `BinaryOp` of elementwise_kernels.h. */
  binaryFloats(
    op: number,
    aShape: readonly number[],
    bShape: readonly number[],
    a: Float32Array,
    b: Float32Array,
    out: Float32Array,
  ): void;
  binaryInts(
    op: number,
    aShape: readonly number[],
    bShape: readonly number[],
    a: Int32Array,
    b: Int32Array,
    out: Int32Array,
  ): void;
  /** The same with a `CompareOp`, giving 1 or 0. */
  compareFloats(
    op: number,
    aShape: readonly number[],
    bShape: readonly number[],
    a: Float32Array,
    b: Float32Array,
    out: Uint8Array,
  ): void;
  compareInts(
    op: number,
    aShape: readonly number[],
    bShape: readonly number[],
    a: Int32Array,
    b: Int32Array,
    out: Uint8Array,
  ): void;
  compareBytes(
    op: number,
    aShape: readonly number[],
    bShape: readonly number[],
    a: Uint8Array,
    b: Uint8Array,
    out: Uint8Array,
  ): void;
  /** out = op(x); `first` and `second` are the parameters of some `UnaryOp`s. */
  unary(
    op: number,
    count: number,
    first: number,
    second: number,
    x: Float32Array,
    out: Float32Array,
  ): void;
  /** The sum of arrays of `count` elements. */
  addAll(count: number, inputs: readonly Float32Array[], out: Float32Array): void;
  /** condition ? a : b, for float32 or int32. */
  select(
    count: number,
    condition: Uint8Array,
    a: PooledArray,
    b: PooledArray,
    out: PooledArray,
  ): void;
  /** Reduces the middle axis of [outer, count, inner]; `op` is a `ReduceOp` of reduction_kernels.h. */
  reduceFloats(
    op: number,
    outer: number,
    count: number,
    inner: number,
    x: Float32Array,
    out: Float32Array,
  ): void;
  reduceInts(
    op: number,
    outer: number,
    count: number,
    inner: number,
    x: Int32Array,
    out: Int32Array,
  ): void;
  /** The place of the largest element of each row. */
  argMax(rows: number, count: number, x: Float32Array, out: Int32Array): void;
  softmax(rows: number, count: number, x: Float32Array, out: Float32Array): void;
  /** Copies along a walk; sizes and steps count elements. */
  copyStrided(
    sizes: readonly number[],
    fromSteps: readonly number[],
    toSteps: readonly number[],
    fromOffset: number,
    toOffset: number,
    fromSize: number,
    toSize: number,
    from: PooledArray,
    to: PooledArray,
  ): void;
  /** to [outer, count, width] = the rows of from [outer, rows, width] that `indices` names. */
  gatherRows(
    outer: number,
    rows: number,
    width: number,
    count: number,
    indices: Int32Array,
    from: PooledArray,
    to: PooledArray,
  ): void;
  /** to [rows, width]: row rowOf[i] is the sum of the rows i of from; numbers that are no row are left out. */
  addToRows(
    rows: number,
    width: number,
    count: number,
    rowOf: Int32Array,
    from: Float32Array,
    to: Float32Array,
  ): void;
  /** Between arrays of two of the three types. */
  cast(count: number, from: PooledArray, to: PooledArray): void;
  /**
   * For benchmarks, as are the next two: does `rounds` rounds of 196,608 floating-point operations in registers in each
   * of `tasks` tasks; `results` [tasks] become 1.
   */
  multiplyAdds(precision: number, tasks: number, rounds: number, results: Float32Array): void;
  /** Reads x in `tasks` parts; `sums` [tasks] become theirs. */
  sumParts(size: number, tasks: number, x: Float32Array, sums: Float32Array): void;
  /** y += scale * x, in `tasks` parts. */
  addScaled(size: number, tasks: number, scale: number, x: Float32Array, y: Float32Array): void;
}
