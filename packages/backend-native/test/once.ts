// References are dear: what is expected is computed once, and compared with every set of kernels.

/** A function that calls another the first time, and then gives the same result. */
export function once<Result>(compute: () => Result): () => Result {
  let result: { readonly value: Result } | undefined;
  return () => (result ??= { value: compute() }).value;
}
