// How a kernel of this backend is written down: its TensorFlow.js name and a function of its inputs, its attributes
// and the backend.
import { getKernel } from '@tensorflow/tfjs-core';
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';

import type { NativeBackend } from '../native-backend.ts';
import { cpuKernelFunction } from './cpu-kernel.ts';

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
    kernelFunc: ({ inputs, attrs, backend }) => {
      const native = backend as unknown as NativeBackend;
      return native.runKernel(() => run(inputs as Inputs, (attrs ?? {}) as Attributes, native));
    },
  };
}

/**
 * The same for a kernel of TensorFlow.js of which only some calls are covered: the CPU backend's kernel runs the
 * others, of dtypes, shapes or attributes that nobody trains a BERT with.
 */
export function partialKernel<Inputs extends object, Attributes extends object>(
  kernelName: string,
  covers: (inputs: Inputs, attributes: Attributes) => boolean,
  run: NativeKernelFunction<Inputs, Attributes>,
): NativeKernel {
  const kernelFunc: KernelFunc = (args) => {
    const inputs = args.inputs as Inputs;
    const attributes = (args.attrs ?? {}) as Attributes;
    if (!covers(inputs, attributes))
      return cpuKernelFunction(getKernel(kernelName, 'cpu').kernelFunc)(args);
    const backend = args.backend as unknown as NativeBackend;
    return backend.runKernel(() => run(inputs, attributes, backend));
  };
  return { kernelName, kernelFunc };
}
