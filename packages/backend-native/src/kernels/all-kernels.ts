// Every kernel of this backend, family by family.
import { attentionKernels } from './attention.ts';
import { binaryKernels } from './binary.ts';
import { castKernels } from './cast.ts';
import { comparisonKernels } from './comparison.ts';
import { constantKernels } from './constants.ts';
import { crossEntropyKernels } from './cross-entropy.ts';
import { denseKernels } from './dense.ts';
import { dropoutKernels } from './dropout.ts';
import { embeddingLookupKernels } from './embedding-lookup.ts';
import { encoderLayerKernels } from './encoder-layer.ts';
import { fusedMatMulKernels } from './fused-mat-mul.ts';
import { geluKernels } from './gelu.ts';
import { joiningKernels } from './joining.ts';
import type { NativeKernel } from './kernel.ts';
import { layerNormKernels } from './layer-norm.ts';
import { maskedLmLossKernels } from './masked-lm-loss.ts';
import { matrixKernels } from './matrix.ts';
import { optimizerKernels } from './optimizer.ts';
import { reductionKernels } from './reductions.ts';
import { regionKernels } from './regions.ts';
import { rowLookupKernels } from './row-lookup.ts';
import { transposeKernels } from './transpose.ts';
import { unaryKernels } from './unary.ts';

export const nativeKernels: readonly NativeKernel[] = [
  ...castKernels,
  ...matrixKernels,
  ...fusedMatMulKernels,
  ...denseKernels,
  ...dropoutKernels,
  ...crossEntropyKernels,
  ...maskedLmLossKernels,
  ...optimizerKernels,
  ...layerNormKernels,
  ...geluKernels,
  ...embeddingLookupKernels,
  ...attentionKernels,
  ...encoderLayerKernels,
  ...binaryKernels,
  ...comparisonKernels,
  ...unaryKernels,
  ...reductionKernels,
  ...transposeKernels,
  ...joiningKernels,
  ...regionKernels,
  ...rowLookupKernels,
  ...constantKernels,
];
