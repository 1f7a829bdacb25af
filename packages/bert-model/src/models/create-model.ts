// A model by the name that config.json's `architectures` gives.
import type { BertConfig } from '../config/bert-config.ts';
import type { InitializationOptions } from '../parameters/parameter-store.ts';
import {
  isArchitectureName,
  UnknownArchitectureError,
  type ArchitectureName,
} from './architectures.ts';
import { BertForMaskedLM } from './bert-for-masked-lm.ts';
import { BertForNextSentencePrediction } from './bert-for-next-sentence-prediction.ts';
import { BertForPreTraining } from './bert-for-pretraining.ts';
import { BertForQuestionAnswering } from './bert-for-question-answering.ts';
import { BertForSequenceClassification } from './bert-for-sequence-classification.ts';
import { BertForTokenClassification } from './bert-for-token-classification.ts';
import { BertModel } from './bert-model.ts';

/** The class of each architecture. */
export interface BertArchitectures {
  BertModel: BertModel;
  BertForPreTraining: BertForPreTraining;
  BertForMaskedLM: BertForMaskedLM;
  BertForNextSentencePrediction: BertForNextSentencePrediction;
  BertForSequenceClassification: BertForSequenceClassification;
  BertForTokenClassification: BertForTokenClassification;
  BertForQuestionAnswering: BertForQuestionAnswering;
}

type Constructor<Model> = new (config: BertConfig, options?: InitializationOptions) => Model;

const constructors: {
  readonly [Name in ArchitectureName]: Constructor<BertArchitectures[Name]>;
} = {
  BertModel,
  BertForPreTraining,
  BertForMaskedLM,
  BertForNextSentencePrediction,
  BertForSequenceClassification,
  BertForTokenClassification,
  BertForQuestionAnswering,
};

/**
 * Builds an architecture with fresh weights, seeded by `options.seed`.
 *
 * @throws UnknownArchitectureError for a name Malmoi does not have.
 */
export function createModel<Name extends ArchitectureName>(
  architecture: Name,
  config: BertConfig,
  options: InitializationOptions = {},
): BertArchitectures[Name] {
  // The name may come from a file.
  if (!isArchitectureName(architecture)) {
    throw new UnknownArchitectureError(architecture);
  }
  return new constructors[architecture](config, options);
}
