// How a kernel of this backend is written down: its TensorFlow.js name and a function of its inputs, its attributes
// and the backend.
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';

import type { NativeBackend } from '../native-backend.ts';

/** A kernel, still without the name of the backend. */
export interface NativeKernel {
  readonly kernelName: string;
  readonly kernelFunc: KernelFunc;
}

/** A kernel's function, with the inputs and attributes that its op passes. */
export type NativeKernelFunction<Inputs extends object, Attributes extends object> = (
  inputs: Inputs,
  attributes: Attributes,
  backend: NativeBackend,
) => TensorInfo | TensorInfo[];

/** A kernel from a typed function; optional inputs may be absent. */
export function nativeKernel<Inputs extends object, Attributes extends object>(
  kernelName: string,
  run: NativeKernelFunction<Inputs, Attributes>,
): NativeKernel {
  return {
    kernelName,
    kernelFunc: ({ inputs, attrs, backend }) =>
      run(inputs as Inputs, (attrs ?? {}) as Attributes, backend as unknown as NativeBackend),
  };
}
