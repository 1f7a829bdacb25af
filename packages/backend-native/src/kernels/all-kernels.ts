// Every kernel of this backend, family by family.
import { castKernels } from './cast.ts';
import { attentionKernels } from './attention.ts';
import { crossEntropyKernels } from './cross-entropy.ts';
import { denseKernels } from './dense.ts';
import { dropoutKernels } from './dropout.ts';
import { embeddingLookupKernels } from './embedding-lookup.ts';
import { geluKernels } from './gelu.ts';
import type { NativeKernel } from './kernel.ts';
import { layerNormKernels } from './layer-norm.ts';
import { maskedLmLossKernels } from './masked-lm-loss.ts';
import { matrixKernels } from './matrix.ts';
import { optimizerKernels } from './optimizer.ts';

export const nativeKernels: readonly NativeKernel[] = [
  ...castKernels,
  ...matrixKernels,
  ...denseKernels,
  ...dropoutKernels,
  ...crossEntropyKernels,
  ...maskedLmLossKernels,
  ...optimizerKernels,
  ...layerNormKernels,
  ...geluKernels,
  ...embeddingLookupKernels,
  ...attentionKernels,
];
