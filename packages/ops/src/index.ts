// @malmoi/ops: the fused tensor operations of BERT on TensorFlow.js.
import './gradients/register-gradients.ts';

export { activation, activationNames, isActivationName } from './activation.ts';
export type { Activation, ActivationName } from './activation.ts';
export { adamW, ADAMW_KERNEL, createAdamWState, disposeAdamWState } from './adamw.ts';
export type { AdamWAttributes, AdamWOptions, AdamWState } from './adamw.ts';
export { attention, attentionOp, attentionWithProbabilities } from './attention.ts';
export type {
  AttentionAttributes,
  AttentionInputs,
  AttentionOptions,
  AttentionResult,
} from './attention.ts';
export { formatBackendChoice } from './backends/backend-choice.ts';
export type { BackendChoice, BackendName, SkippedBackend } from './backends/backend-choice.ts';
export { BackendLoadError } from './backends/backend-load-error.ts';
export type {
  ModuleImporter,
  NativeBackendModule,
  UseBackendOptions,
} from './backends/backend-loaders.ts';
export { useBackend } from './backends/use-backend.ts';
export { binaryCrossEntropyWithLogits } from './binary-cross-entropy.ts';
export type { ElementwiseLossOptions } from './binary-cross-entropy.ts';
export { IGNORE_INDEX } from './cross-entropy-math.ts';
export type { LossReduction, LossWithAccuracy } from './cross-entropy-math.ts';
export { crossEntropy, crossEntropyOp, crossEntropyWithAccuracy } from './cross-entropy.ts';
export type {
  CrossEntropyAttributes,
  CrossEntropyInputs,
  CrossEntropyOptions,
} from './cross-entropy.ts';
export { dense, denseOp } from './dense.ts';
export type { DenseAttributes, DenseInputs, DenseOptions, FusedActivation } from './dense.ts';
export { dropoutAttributes, dropoutMask } from './dropout-mask.ts';
export type { DropoutAttributes, DropoutSpec } from './dropout-mask.ts';
export { dropout, dropoutOp } from './dropout.ts';
export type { DropoutInputs } from './dropout.ts';
export { embeddingLookup, embeddingLookupOp } from './embedding-lookup.ts';
export type {
  EmbeddingLookupAttributes,
  EmbeddingLookupInputs,
  EmbeddingLookupOptions,
  EmbeddingTables,
} from './embedding-lookup.ts';
export { encoderLayer, encoderLayerOp, encoderLayerWithProbabilities } from './encoder-layer.ts';
export type {
  EncoderDense,
  EncoderLayerAttributes,
  EncoderLayerInputs,
  EncoderLayerOptions,
  EncoderLayerWeights,
  EncoderNorm,
} from './encoder-layer.ts';
export { OpDtypeError, OpError, OpKernelError, OpShapeError, OpValueError } from './errors.ts';
export type { FusedOp, KernelPair } from './fused-op.ts';
export { gatherPositions } from './gather-positions.ts';
export { gelu, geluOp } from './gelu.ts';
export type { GeluApproximation, GeluAttributes, GeluInputs } from './gelu.ts';
export { clipByGlobalNorm, clipScale, GLOBAL_NORM_KERNEL, globalNorm } from './global-norm.ts';
export type { ClippedGradients, GlobalNormAttributes } from './global-norm.ts';
export { layerNorm, layerNormOp } from './layer-norm.ts';
export type { LayerNormAttributes, LayerNormInputs, LayerNormOptions } from './layer-norm.ts';
export { maskedLmLoss, maskedLmLossOp, maskedLmLossWithAccuracy } from './masked-lm-loss.ts';
export type { MaskedLmLossAttributes, MaskedLmLossInputs } from './masked-lm-loss.ts';
export { meanSquaredError } from './mean-squared-error.ts';
export { philox4x32 } from './philox.ts';
export { variableGradients } from './variable-gradients.ts';
export type { VariableGradients } from './variable-gradients.ts';
