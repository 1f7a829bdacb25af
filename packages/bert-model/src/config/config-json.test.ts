import { describe, expect, test } from '@jest/globals';

import { BertConfigError } from './bert-config-error.ts';
import { createBertConfig, withBertConfig } from './bert-config.ts';
import { formatBertConfig, parseBertConfig } from './config-json.ts';
import { kerasImdbConfig } from './presets.ts';

/** A config.json of transformers 4 with fields that BERT does not have. */
const olderFile = `{
  "_name_or_path": "some/korean-bert",
  "architectures": [
    "BertForMaskedLM"
  ],
  "directionality": "bidi",
  "hidden_size": 300,
  "layer_norm_eps": 1e-12,
  "model_type": "bert",
  "nested": {
    "deep": [
      1,
      null
    ]
  },
  "num_attention_heads": 6,
  "pooler_type": "first_token_transform",
  "position_embedding_type": "absolute",
  "torch_dtype": "float16",
  "vocab_size": 30000
}
`;

describe('parseBertConfig', () => {
  test('reads snake_case fields and takes the defaults of those that are absent', () => {
    expect(parseBertConfig(olderFile)).toMatchObject({
      architectures: ['BertForMaskedLM'],
      hiddenSize: 300,
      numAttentionHeads: 6,
      vocabSize: 30_000,
      numHiddenLayers: 12,
      dtype: 'float16',
    });
  });

  test.each([
    ['{"num_hidden_layers": -1}', 'num_hidden_layers', '-1'],
    ['{"vocab_size": 1e15}', 'vocab_size', '1000000000000000'],
    ['{"hidden_size": "768"}', 'hidden_size', 'the string "768"'],
    ['{"hidden_act": "unknown"}', 'hidden_act', 'gelu'],
    ['{"hidden_act": null}', 'hidden_act', 'null'],
    ['{"hidden_dropout_prob": 1.5}', 'hidden_dropout_prob', '1.5'],
    ['{"layer_norm_eps": 0}', 'layer_norm_eps', '0'],
    ['{"layer_norm_eps": null}', 'layer_norm_eps', 'null'],
    ['{"model_type": "electra"}', 'model_type', '"bert"'],
    ['{"is_decoder": true}', 'is_decoder', 'encoders'],
    ['{"position_embedding_type": "relative_key"}', 'position_embedding_type', 'absolute'],
    ['{"pruned_heads": {"0": [1]}}', 'pruned_heads', 'all heads'],
    ['{"num_labels": 0}', 'num_labels', 'from 1'],
    ['{"num_labels": 3, "id2label": {"0": "a", "1": "b"}}', 'num_labels', '2, as in id2label'],
    ['{"id2label": {"0": "a", "2": "b"}}', 'id2label', '1 has none'],
    ['{"id2label": {"0": 5}}', 'id2label', '0 has none'],
    ['{"id2label": ["a", "b"]}', 'id2label', 'an object'],
    ['{"id2label": {"0": "a"}, "label2id": {"a": "0"}}', 'label2id["a"]', 'whole number'],
    ['{"malmoi_pooling": "mean"}', 'malmoi_pooling', '"cls" or "max"'],
    ['', 'config.json', 'JSON'],
    ['{"hidden_size": 768', 'config.json', 'JSON'],
    ['[]', 'config.json', 'a JSON object'],
    ['null', 'config.json', 'a JSON object'],
    ['"bert"', 'config.json', 'a JSON object'],
  ])('refuses %s', (json, field, words) => {
    const parse = (): unknown => parseBertConfig(json);
    expect(parse).toThrow(BertConfigError);
    expect(parse).toThrow(field);
    expect(parse).toThrow(words);
  });

  test.each([
    ['arrays', '['.repeat(500_000)],
    ['objects', '{"a":'.repeat(500_000)],
    ['closed arrays', `{"a": ${'['.repeat(500_000)}${']'.repeat(500_000)}}`],
  ])('refuses 500,000 levels of %s', (_, json) => {
    expect(() => parseBertConfig(json)).toThrow(/levels of nesting/u);
  });

  test.each([
    ['{"dtype": null}', 'float32'],
    ['{"torch_dtype": null}', 'float32'],
    ['{"dtype": "bfloat16", "torch_dtype": "float16"}', 'bfloat16'],
  ])('reads the dtype of %s as %s', (json, dtype) => {
    expect(parseBertConfig(json).dtype).toBe(dtype);
  });

  test('does not count brackets inside strings', () => {
    const label = `"${'['.repeat(200)} \\" {{{ \\\\"`;
    const config = parseBertConfig(`{"id2label": {"0": ${label}}}`);
    expect(config.id2label).toEqual([JSON.parse(label)]);
  });

  test('keeps fields called like members of Object', () => {
    const text = '{\n  "__proto__": 1,\n  "constructor": 2\n}\n';
    expect(formatBertConfig(parseBertConfig(text))).toBe(text);
  });
});

describe('formatBertConfig', () => {
  test('writes back what was read, unknown fields in their places', () => {
    expect(formatBertConfig(parseBertConfig(olderFile))).toBe(olderFile);
  });

  test('appends fields that changed and were not in the file', () => {
    const changed = withBertConfig(parseBertConfig(olderFile), { hiddenAct: 'relu', numLabels: 3 });
    const fields = JSON.parse(formatBertConfig(changed)) as Record<string, unknown>;
    expect(Object.keys(fields).slice(-3)).toEqual(['hidden_act', 'id2label', 'label2id']);
    expect(parseBertConfig(formatBertConfig(changed)).id2label).toHaveLength(3);
  });

  test('names the fields transformers names, sorted, for a configuration made in code', () => {
    const fields = JSON.parse(formatBertConfig(createBertConfig())) as Record<string, unknown>;
    expect(Object.keys(fields)).toEqual([
      'add_cross_attention',
      'attention_probs_dropout_prob',
      'bos_token_id',
      'classifier_dropout',
      'dtype',
      'eos_token_id',
      'hidden_act',
      'hidden_dropout_prob',
      'hidden_size',
      'initializer_range',
      'intermediate_size',
      'is_decoder',
      'layer_norm_eps',
      'max_position_embeddings',
      'model_type',
      'num_attention_heads',
      'num_hidden_layers',
      'pad_token_id',
      'tie_word_embeddings',
      'type_vocab_size',
      'use_cache',
      'vocab_size',
    ]);
  });

  test('writes our own fields only where they differ from BERT, and reads them back', () => {
    const config = kerasImdbConfig({ classifierHiddenSize: 64 });
    const text = formatBertConfig(config);
    const own = Object.entries(JSON.parse(text) as object).filter(([k]) => k.startsWith('malmoi_'));
    expect(own).toEqual([
      ['malmoi_classifier_hidden_size', 64],
      ['malmoi_embedding_dropout_prob', 0],
      ['malmoi_embedding_layer_norm', false],
      ['malmoi_mlm_transform', false],
      ['malmoi_pooling', 'max'],
      ['malmoi_position_embeddings', 'sinusoidal'],
    ]);
    const { fieldOrder, ...read } = parseBertConfig(text);
    expect(fieldOrder).toHaveLength(Object.keys(JSON.parse(text) as object).length);
    expect({ ...read, fieldOrder: [] }).toEqual(config);
  });
});
