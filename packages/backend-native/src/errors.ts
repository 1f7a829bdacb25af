// Errors of the native backend. Those of the kernels themselves come from C++, with the name NativeKernelError.

/** The backend cannot be used, or not in the way that was asked for. The message says what to do. */
export class NativeBackendError extends Error {
  override readonly name = 'NativeBackendError';
}
