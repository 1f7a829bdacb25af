// Softmax cross-entropy of a projection in float64, with its gradients: what the kernels are compared with.

/** Inputs of a masked-language-model loss; crossEntropy is the case where hidden is the identity. */
export interface LossCase {
  readonly count: number;
  readonly width: number;
  readonly classes: number;
  /** [count, width], [classes, width], [classes]. */
  readonly hidden: Float32Array;
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
  /** [count]; IGNORED does not count. */
  readonly labels: Int32Array;
  readonly weights: Float32Array;
}

/** The summed loss, and the gradients of it. */
export interface LossReference {
  readonly loss: number;
  readonly weight: number;
  readonly correct: number;
  readonly dHidden: Float64Array;
  readonly dKernel: Float64Array;
  readonly dBias: Float64Array;
  /** [count, classes]. */
  readonly logits: Float64Array;
  readonly dLogits: Float64Array;
}

/** The label of positions that do not count. */
export const IGNORED = -100;

export function lossReference(inputs: LossCase): LossReference {
  const { count, width, classes, hidden, kernel, labels, weights } = inputs;
  const logits = projection(inputs);
  const dLogits = new Float64Array(count * classes);
  let [loss, weight, correct] = [0, 0, 0];
  for (let row = 0; row < count; row++) {
    const label = labels[row] ?? 0;
    if (label === IGNORED) continue;
    const values = logits.subarray(row * classes, (row + 1) * classes);
    const peak = values.reduce((largest, value) => Math.max(largest, value), -Infinity);
    const sum = values.reduce((total, value) => total + Math.exp(value - peak), 0);
    const scale = weights[row] ?? 0;
    loss += scale * (Math.log(sum) + peak - (values[label] ?? 0));
    weight += scale;
    if (values.indexOf(peak) === label) correct += scale;
    for (let i = 0; i < classes; i++) {
      const probability = Math.exp((values[i] ?? 0) - peak) / sum;
      dLogits[row * classes + i] = scale * (probability - (i === label ? 1 : 0));
    }
  }
  const dHidden = new Float64Array(count * width);
  const dKernel = new Float64Array(classes * width);
  const dBias = new Float64Array(classes);
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < classes; i++) {
      const gradient = dLogits[row * classes + i] ?? 0;
      dBias[i] = (dBias[i] ?? 0) + gradient;
      for (let d = 0; d < width; d++) {
        const [h, k] = [row * width + d, i * width + d];
        dHidden[h] = (dHidden[h] ?? 0) + gradient * (kernel[k] ?? 0);
        dKernel[k] = (dKernel[k] ?? 0) + gradient * (hidden[h] ?? 0);
      }
    }
  }
  return { loss, weight, correct, dHidden, dKernel, dBias, logits, dLogits };
}

function projection({ count, width, classes, hidden, kernel, bias }: LossCase): Float64Array {
  const logits = new Float64Array(count * classes);
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < classes; i++) {
      let sum = bias[i] ?? 0;
      for (let d = 0; d < width; d++) {
        sum += (hidden[row * width + d] ?? 0) * (kernel[i * width + d] ?? 0);
      }
      logits[row * classes + i] = sum;
    }
  }
  return logits;
}
