// The names of a Hugging Face model folder, as transformers writes and looks for them.

export const CONFIG_FILE = 'config.json';
export const WEIGHTS_FILE = 'model.safetensors';
export const WEIGHTS_INDEX_FILE = 'model.safetensors.index.json';
export const TOKENIZER_FILE = 'tokenizer.json';
export const TOKENIZER_CONFIG_FILE = 'tokenizer_config.json';
export const SPECIAL_TOKENS_FILE = 'special_tokens_map.json';
export const VOCABULARY_FILE = 'vocab.txt';
export const MODEL_CARD_FILE = 'README.md';

/** `model-00001-of-00002.safetensors` and its siblings. */
export const SHARD_PATTERN = /^model-\d{5}-of-\d{5}\.safetensors$/;

/** The small files that a tokenizer is read from; the configuration stands for models that have none. */
export const TOKENIZER_PATTERNS: readonly string[] = [
  CONFIG_FILE,
  TOKENIZER_FILE,
  TOKENIZER_CONFIG_FILE,
  SPECIAL_TOKENS_FILE,
  VOCABULARY_FILE,
];

/** What a model folder is made of; everything else (optimizer state, logs, other formats) is left alone. */
export const MODEL_FOLDER_PATTERNS: readonly string[] = [
  CONFIG_FILE,
  WEIGHTS_FILE,
  WEIGHTS_INDEX_FILE,
  'model-*-of-*.safetensors',
  TOKENIZER_FILE,
  TOKENIZER_CONFIG_FILE,
  SPECIAL_TOKENS_FILE,
  VOCABULARY_FILE,
  MODEL_CARD_FILE,
];

/** Weights in formats that run code when read (pickle) or belong to other frameworks; named in errors. */
export const FOREIGN_WEIGHTS: readonly string[] = [
  'pytorch_model.bin',
  'tf_model.h5',
  'flax_model.msgpack',
];
