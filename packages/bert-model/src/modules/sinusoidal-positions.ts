// Fixed position embeddings, as the Keras MLM example computes them: sine in even and cosine in odd
// columns with wavelengths from 2π to 20,000π (Vaswani et al. 2017), and a first row of zeros, where
// the paper has zeros and ones.

/** The table, row-major `[length, size]`. */
export function sinusoidalPositions(length: number, size: number): Float32Array {
  const base = 10_000;
  const table = new Float32Array(length * size);
  for (let position = 1; position < length; position++) {
    for (let column = 0; column < size; column++) {
      const angle = position / base ** ((2 * Math.floor(column / 2)) / size);
      table[position * size + column] = column % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    }
  }
  return table;
}
