// @malmoi/bert-model: BERT's configuration, its encoder and its heads, on TensorFlow.js.
export { BertConfigError } from './config/bert-config-error.ts';
export { createBertConfig, withBertConfig } from './config/bert-config.ts';
export type {
  BertConfig,
  BertConfigFields,
  BertConfigOptions,
  ProblemType,
} from './config/bert-config.ts';
export { formatBertConfig, parseBertConfig } from './config/config-json.ts';
export {
  bertBaseConfig,
  bertLargeConfig,
  jointEmbeddingConfig,
  kerasImdbClassifierConfig,
  kerasImdbConfig,
} from './config/presets.ts';

export { BertInputError } from './modules/inputs.ts';
export type { BertInputs, ForwardOptions, LossOptions } from './modules/inputs.ts';
export type { EncoderOutput } from './modules/encoder.ts';

export { ParameterPatternError } from './parameters/name-pattern.ts';
export type { NamePattern } from './parameters/name-pattern.ts';
export type { InitializationOptions } from './parameters/parameter-store.ts';
export { StateDictError } from './parameters/state-dict.ts';
export type { LoadReport, ShapeMismatch, StateDict, StateTensor } from './parameters/state-dict.ts';

export {
  architectureNames,
  isArchitectureName,
  UnknownArchitectureError,
} from './models/architectures.ts';
export type { ArchitectureName } from './models/architectures.ts';
export { BertPreTrainedModel } from './models/pretrained-model.ts';
export type {
  CountOptions,
  LoadStateDictOptions,
  LossOutput,
  TrainableBertModel,
} from './models/pretrained-model.ts';
export { BertModel } from './models/bert-model.ts';
export type { BertModelOutput } from './models/bert-model.ts';
export { BertForPreTraining } from './models/bert-for-pretraining.ts';
export type {
  PreTrainingInputs,
  PreTrainingLoss,
  PreTrainingOutput,
} from './models/bert-for-pretraining.ts';
export { BertForMaskedLM } from './models/bert-for-masked-lm.ts';
export type { MaskedLmInputs, MaskedLmLoss, MaskedLmOutput } from './models/bert-for-masked-lm.ts';
export { BertForNextSentencePrediction } from './models/bert-for-next-sentence-prediction.ts';
export type { NextSentenceInputs } from './models/bert-for-next-sentence-prediction.ts';
export { BertForSequenceClassification } from './models/bert-for-sequence-classification.ts';
export type { SequenceClassificationInputs } from './models/bert-for-sequence-classification.ts';
export { BertForTokenClassification } from './models/bert-for-token-classification.ts';
export type { TokenClassificationInputs } from './models/bert-for-token-classification.ts';
export { BertForQuestionAnswering } from './models/bert-for-question-answering.ts';
export type {
  QuestionAnsweringInputs,
  QuestionAnsweringLogits,
  QuestionAnsweringOutput,
} from './models/bert-for-question-answering.ts';
export type { ClassifierLoss, ClassifierOutput } from './models/classifier-model.ts';
export { createModel } from './models/create-model.ts';
export type { BertArchitectures } from './models/create-model.ts';
export { valueAndGradients } from './models/value-and-gradients.ts';
export type { ValueAndGradients } from './models/value-and-gradients.ts';
export { ignoredLabel } from './heads/masked-positions.ts';
export type { MaskedLmLabels } from './heads/masked-positions.ts';
