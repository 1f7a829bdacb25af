/** The sample corpus was asked for something impossible, or one of its own tables is malformed. */
export class SampleError extends Error {
  override readonly name = 'SampleError';
}
