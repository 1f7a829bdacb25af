// tfjs's CPU kernels, run on this backend, whose memory is used again.
import type { KernelConfig, KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { getKernel } from '@tensorflow/tfjs-core';

import type { NativeBackend } from '../native-backend.ts';

/** A kernel of the CPU backend. What it returns may be a view of the memory of an input, which is then given up. */
export function cpuKernelFunction(kernelFunc: KernelConfig['kernelFunc']): KernelFunc {
  return (args) => {
    const backend = args.backend as unknown as NativeBackend;
    const result = kernelFunc(args);
    const outputs: TensorInfo[] = Array.isArray(result) ? result : [result];
    const inputs: (TensorInfo | undefined)[] = Object.values(args.inputs).flat();
    for (const output of outputs) {
      // The same tensor with a reference more, as from Reshape: nobody else holds its memory.
      if (!inputs.some((input) => input?.dataId === output.dataId)) backend.share(output);
    }
    return result;
  };
}

/** Runs the CPU kernel of a name, for the dtypes that a kernel of ours does not compute. */
export function runCpuKernel(kernelName: string, args: Parameters<KernelFunc>[0]): TensorInfo {
  const { kernelFunc } = getKernel(kernelName, 'cpu');
  return cpuKernelFunction(kernelFunc)(args) as TensorInfo;
}
