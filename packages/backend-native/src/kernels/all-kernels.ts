// Every kernel of this backend, family by family.
import { crossEntropyKernels } from './cross-entropy.ts';
import { denseKernels } from './dense.ts';
import { dropoutKernels } from './dropout.ts';
import type { NativeKernel } from './kernel.ts';
import { maskedLmLossKernels } from './masked-lm-loss.ts';
import { matrixKernels } from './matrix.ts';

export const nativeKernels: readonly NativeKernel[] = [
  ...matrixKernels,
  ...denseKernels,
  ...dropoutKernels,
  ...crossEntropyKernels,
  ...maskedLmLossKernels,
];
