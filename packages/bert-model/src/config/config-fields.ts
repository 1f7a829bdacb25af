// The table of fields: name on disk, default, rule, and whether a default is written. Order, names
// and defaults follow transformers 5.17 (configuration_bert.py and configuration_utils.py).
import { activationNames } from '@malmoi/ops';

import { BertConfigError } from './bert-config-error.ts';
import type { UnlabelledFields } from './bert-config.ts';
import {
  dropoutProbability,
  flag,
  integer,
  nonNegativeNumber,
  nullable,
  oneOf,
  positiveFloat32,
  text,
  textList,
  tokenId,
  tokenIdOrList,
  type FieldRule,
} from './field-rules.ts';

interface ConfigField<T> {
  /** The name in config.json. */
  readonly diskName: string;
  readonly fallback: T;
  readonly rule: FieldRule<T>;
  /** Whether a new config.json names the field even at its default, as transformers does. */
  readonly writtenAtDefault: boolean;
}

type ConfigFieldTable = {
  readonly [Key in keyof UnlabelledFields]: ConfigField<UnlabelledFields[Key]>;
};

/** More layers than this is a damaged file, not a model. */
const mostLayers = 10_000;
const activation = oneOf(activationNames, ' (the activations of transformers that BERT can use)');
const onlyEncoders = ' (Malmoi builds encoders; a BERT decoder is not supported)';

function field<T>(diskName: string, fallback: T, rule: FieldRule<T>): ConfigField<T> {
  return { diskName, fallback, rule, writtenAtDefault: true };
}

function optionalField<T>(diskName: string, fallback: T, rule: FieldRule<T>): ConfigField<T> {
  return { diskName, fallback, rule, writtenAtDefault: false };
}

export const configFields: ConfigFieldTable = {
  architectures: optionalField('architectures', [], (value, name) =>
    value === null ? [] : textList(value, name),
  ),
  modelType: field('model_type', 'bert', oneOf(['bert'])),
  vocabSize: field('vocab_size', 30_522, integer(1)),
  hiddenSize: field('hidden_size', 768, integer(1)),
  numHiddenLayers: field('num_hidden_layers', 12, integer(0, mostLayers)),
  numAttentionHeads: field('num_attention_heads', 12, integer(1)),
  intermediateSize: field('intermediate_size', 3072, integer(1)),
  hiddenAct: field('hidden_act', 'gelu', activation),
  hiddenDropoutProb: field('hidden_dropout_prob', 0.1, dropoutProbability),
  attentionProbsDropoutProb: field('attention_probs_dropout_prob', 0.1, dropoutProbability),
  maxPositionEmbeddings: field('max_position_embeddings', 512, integer(1)),
  typeVocabSize: field('type_vocab_size', 2, integer(0)),
  initializerRange: field('initializer_range', 0.02, nonNegativeNumber),
  layerNormEps: field('layer_norm_eps', 1e-12, positiveFloat32),
  padTokenId: field('pad_token_id', 0, nullable(tokenId)),
  bosTokenId: field('bos_token_id', null, nullable(tokenId)),
  eosTokenId: field('eos_token_id', null, nullable(tokenIdOrList)),
  useCache: field('use_cache', true, flag),
  classifierDropout: field('classifier_dropout', null, nullable(dropoutProbability)),
  isDecoder: field('is_decoder', false, oneOf([false], onlyEncoders)),
  addCrossAttention: field('add_cross_attention', false, oneOf([false], onlyEncoders)),
  tieWordEmbeddings: field('tie_word_embeddings', true, flag),
  problemType: optionalField(
    'problem_type',
    null,
    nullable(oneOf(['regression', 'single_label_classification', 'multi_label_classification'])),
  ),
  dtype: field('dtype', 'float32', text),
  transformersVersion: optionalField('transformers_version', null, nullable(text)),

  positionEmbeddings: optionalField(
    'malmoi_position_embeddings',
    'learned',
    oneOf(['learned', 'sinusoidal']),
  ),
  embeddingLayerNorm: optionalField('malmoi_embedding_layer_norm', true, flag),
  embeddingDropoutProb: optionalField(
    'malmoi_embedding_dropout_prob',
    null,
    nullable(dropoutProbability),
  ),
  mlmTransform: optionalField('malmoi_mlm_transform', true, flag),
  pooling: optionalField('malmoi_pooling', 'cls', oneOf(['cls', 'max'])),
  classifierHiddenSize: optionalField('malmoi_classifier_hidden_size', null, nullable(integer(1))),
  classifierHiddenAct: optionalField('malmoi_classifier_hidden_act', 'relu', activation),
};

/** Where values come from, and so by which name an error calls a field. */
export type ConfigSource = 'options' | 'config.json';

/**
 * Applies every field's rule to what was given; a field not given is taken from `base`, or is its
 * default. Keys of `given` are TypeScript names.
 *
 * @throws BertConfigError for a value its rule refuses, and for a key that is no field.
 */
export function readConfigFields(
  given: ReadonlyMap<string, unknown>,
  source: ConfigSource,
  base?: UnlabelledFields,
): UnlabelledFields {
  for (const key of given.keys()) {
    if (!Object.hasOwn(configFields, key)) {
      throw new BertConfigError(key, given.get(key), 'no such field: it is not one of BertConfig');
    }
  }
  const entries = configFieldKeys.map((key): [string, unknown] => {
    const { diskName, fallback, rule } = configFields[key];
    if (!given.has(key)) {
      return [key, base === undefined ? fallback : base[key]];
    }
    return [key, rule(given.get(key), source === 'options' ? key : diskName)];
  });
  // The table's type pairs every key with the rule for its type; a loop over it cannot show that.
  return Object.fromEntries(entries) as unknown as UnlabelledFields;
}

export const configFieldKeys = Object.keys(configFields) as readonly (keyof UnlabelledFields)[];
