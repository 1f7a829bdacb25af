// tokenizer.json and tokenizer_config.json: what is refused and with which error, what is read, and that
// what is written is read back as the same tokenizer.
import { describe, expect, test } from '@jest/globals';

import {
  TokenizerFileError,
  UnsupportedTokenizerError,
  VocabularyError,
  WordPieceTokenizer,
} from '../src/index.ts';
import { fixtureTokenizer } from './fixtures.ts';

const VOCAB = { '[PAD]': 0, '[UNK]': 1, '[CLS]': 2, '[SEP]': 3, '[MASK]': 4, a: 5, '##b': 6 };
const special = (content: string, id: number): object => ({ id, content, special: true });

const VALID = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: [special('[PAD]', 0), special('[MASK]', 4)],
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: { type: 'BertProcessing', sep: ['[SEP]', 3], cls: ['[CLS]', 2] },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: VOCAB,
  },
};

/** VALID with one member replaced; `undefined` removes it. */
function withMember(path: string, value: unknown): object {
  const copy = structuredClone(VALID) as Record<string, unknown>;
  const names = path.split('.');
  let object = copy;
  for (const name of names.slice(0, -1)) object = object[name] as Record<string, unknown>;
  object[names.at(-1) ?? ''] = value;
  return copy;
}

const read = (document: object | string, config?: object): WordPieceTokenizer =>
  WordPieceTokenizer.fromTokenizerJson(document, config, { tokenizer: 'm/tokenizer.json' });

function thrownBy(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}

describe('tokenizer.json', () => {
  test('a valid one', () => {
    expect(read(VALID).encode('A[MASK]ab').inputIds).toEqual([2, 5, 4, 5, 6, 3]);
    expect(read(JSON.stringify(VALID)).encode(['a', 'ab']).tokenTypeIds).toEqual([
      0, 0, 0, 1, 1, 1,
    ]);
  });

  test.each([
    ['truncated', JSON.stringify(VALID).slice(0, -9)],
    ['empty', ''],
    ['two documents', '{}{}'],
    ['a byte order mark', `\ufeff${JSON.stringify(VALID)}`],
    ['half a million levels', '['.repeat(500_000)],
  ])('not JSON: %s', (_, text) => {
    const error = thrownBy(() => read(text));
    expect(error).toBeInstanceOf(TokenizerFileError);
    expect((error as Error).message).toMatch(/^m\/tokenizer\.json: not valid JSON: /);
  });

  test.each([
    ['model.type', 'BPE', 'expected WordPiece, found BPE'],
    ['model.type', 'Unigram', 'expected WordPiece, found Unigram'],
    ['model.type', 'WordLevel', 'expected WordPiece, found WordLevel'],
    ['model.type', undefined, 'expected WordPiece, found no type'],
    ['model', undefined, 'expected WordPiece, found nothing'],
    ['normalizer', null, 'expected BertNormalizer, found nothing'],
    ['normalizer', { type: 'NFKC' }, 'expected BertNormalizer, found NFKC'],
    ['normalizer', { type: 'Sequence', normalizers: [] }, 'found Sequence'],
    ['pre_tokenizer', { type: 'Whitespace' }, 'expected BertPreTokenizer, found Whitespace'],
    ['pre_tokenizer', null, 'expected BertPreTokenizer, found nothing'],
    ['post_processor', { type: 'RobertaProcessing' }, 'found RobertaProcessing'],
    ['decoder', { type: 'Metaspace' }, 'expected WordPiece, found Metaspace'],
  ])('another kind of tokenizer: %s = %j', (path, value, message) => {
    const error = thrownBy(() => read(withMember(path, value)));
    expect(error).toBeInstanceOf(UnsupportedTokenizerError);
    expect((error as UnsupportedTokenizerError).message).toContain(message);
    expect((error as UnsupportedTokenizerError).path).toBe(path.replace('.type', ''));
  });

  test.each([
    ['model.vocab', undefined, 'expected an object, found nothing'],
    ['model.vocab', [['a', 0]], 'expected an object, found an array'],
    ['model.vocab.a', -1, 'expected an integer of at least 0, found -1'],
    ['model.vocab.a', 1.5, 'found 1.5'],
    ['model.vocab.a', '5', 'found "5"'],
    ['model.vocab.a', null, 'found null'],
    ['model.unk_token', 3, 'expected a string, found 3'],
    ['model.continuing_subword_prefix', {}, 'expected a string, found an object'],
    ['model.max_input_chars_per_word', -5, 'expected an integer of at least 0'],
    ['normalizer.lowercase', 'yes', 'expected true or false, found "yes"'],
    ['normalizer.strip_accents', 0, 'expected true or false, found 0'],
    ['added_tokens', {}, 'expected an array'],
    ['added_tokens', [{ content: 'x' }], 'expected an integer of at least 0, found nothing'],
    ['added_tokens', [special('', 7)], 'cannot be empty'],
    ['added_tokens', [special('[PAD]', 3)], '[PAD] has id 0 in the vocabulary, not 3'],
    ['post_processor.sep', ['[SEP]'], 'expected [token, id]'],
    ['post_processor.sep', ['[SEP]', 70], 'id 70 is not in the vocabulary of 7'],
    ['post_processor.cls', 'x', 'expected an array'],
  ])('a wrong member: %s = %j', (path, value, message) => {
    const error = thrownBy(() => read(withMember(path, value)));
    expect(error).toBeInstanceOf(TokenizerFileError);
    expect((error as TokenizerFileError).message).toContain(message);
    expect((error as TokenizerFileError).path).toContain(path);
    expect((error as TokenizerFileError).file).toBe('m/tokenizer.json');
  });

  test.each([
    ['a gap', { ...VOCAB, c: 9 }, /token "c" has id 9, but 8 tokens have the ids 0 to 7/],
    ['an id twice', { ...VOCAB, c: 5 }, /id 5 belongs to both "a" and "c"/],
    ['no token', {}, /the vocabulary is empty/],
    ['no [UNK]', { a: 0 }, /has no \[UNK\]/],
    ['an empty token', { ...VOCAB, '': 7 }, /blank/],
  ])('ids that are no numbering: %s', (_, vocab, message) => {
    const document = {
      ...withMember('model.vocab', vocab),
      added_tokens: [],
      post_processor: null,
    };
    const error = thrownBy(() => read(document));
    expect(error).toBeInstanceOf(VocabularyError);
    expect((error as VocabularyError).message).toMatch(message);
    expect((error as VocabularyError).file).toBe('m/tokenizer.json');
  });

  test.each([
    ['a gap', [special('x', 9)], /ids end at 7/],
    ['an id that is taken', [special('x', 5)], /asks for id 5, which is "a"/],
    ['the same id twice', [special('x', 7), special('y', 7)], /asks for id 7, which is "x"/],
  ])('added tokens: %s', (_, tokens, message) => {
    const error = thrownBy(() => read(withMember('added_tokens', tokens)));
    expect(error).toBeInstanceOf(VocabularyError);
    expect((error as VocabularyError).message).toMatch(message);
  });

  test('a template that leaves a text out, or names a token that is not defined', () => {
    const piece = { SpecialToken: { id: '[CLS]', type_id: 0 } };
    const a = { Sequence: { id: 'A', type_id: 0 } };
    const template = (single: object[], pair: object[]): object =>
      withMember('post_processor', {
        type: 'TemplateProcessing',
        single,
        pair,
        special_tokens: {},
      });
    expect(() => read(template([a], [a]))).toThrow(/each of the texts A and B once, found \[A\]/);
    expect(() => read(template([], [a]))).toThrow(UnsupportedTokenizerError);
    expect(() => read(template([a, a], [a]))).toThrow(UnsupportedTokenizerError);
    expect(() => read(template([piece, a], [a]))).toThrow(/token that is not defined/);
    expect(() => read(template([{ Sequence: { id: 'C', type_id: 0 } }], []))).toThrow(/A or B/);
  });

  test('no post-processor: no special tokens', () => {
    const tokenizer = read(withMember('post_processor', null));
    expect(tokenizer.encode(['a', 'a']).inputIds).toEqual([5, 5]);
    expect(JSON.parse(tokenizer.toTokenizerJson())).toMatchObject({ post_processor: null });
  });

  test('an unusual template', () => {
    const document = withMember('post_processor', {
      type: 'TemplateProcessing',
      single: [{ Sequence: { id: 'A', type_id: 2 } }, { SpecialToken: { id: 'end', type_id: 1 } }],
      pair: [{ Sequence: { id: 'B', type_id: 0 } }, { Sequence: { id: 'A', type_id: 1 } }],
      special_tokens: { end: { id: 'end', ids: [3, 0], tokens: ['[SEP]', '[PAD]'] } },
    });
    const tokenizer = read(document);
    expect(tokenizer.encode('a')).toMatchObject({ inputIds: [5, 3, 0], tokenTypeIds: [2, 1, 1] });
    expect(tokenizer.encode(['a', 'ab'])).toMatchObject({
      inputIds: [5, 6, 5],
      tokenTypeIds: [0, 0, 1],
      sequenceIds: [1, 1, 0],
    });
    const again = WordPieceTokenizer.fromTokenizerJson(tokenizer.toTokenizerJson());
    expect(again.definition.postProcessor).toEqual(tokenizer.definition.postProcessor);
    expect(JSON.parse(tokenizer.toTokenizerConfig())).toMatchObject({
      tokenizer_class: 'PreTrainedTokenizerFast',
    });
  });
});

describe('tokenizer_config.json', () => {
  test('names of special tokens and the longest input are read; the normalizer is not', () => {
    const config = {
      model_max_length: 128,
      do_lower_case: false,
      mask_token: { content: 'a', special: true },
    };
    const tokenizer = read(VALID, config);
    expect(tokenizer.definition.modelMaxLength).toBe(128);
    expect(tokenizer.maskTokenId).toBe(5);
    expect(tokenizer.definition.characters.lowercase).toBe(true);
    expect(read(VALID, { model_max_length: 1e30 }).definition.modelMaxLength).toBeUndefined();
  });

  test.each([
    ['model_max_length', 0],
    ['model_max_length', '512'],
    ['pad_token', 3],
    ['do_lower_case', 'no'],
  ])('a wrong member: %s = %j', (name, value) => {
    const error = thrownBy(() => read(VALID, { [name]: value }));
    expect(error).toBeInstanceOf(TokenizerFileError);
    expect((error as TokenizerFileError).file).toBe('tokenizer_config.json');
    expect((error as TokenizerFileError).path).toContain(name);
  });
});

test.each(['korean-cased', 'uncased', 'no-chinese-split'] as const)(
  'what is written is read back: %s',
  (name) => {
    const tokenizer = fixtureTokenizer(name).withAddedTokens([
      'Foo',
      { content: '<x>', special: true, lstrip: true },
    ]);
    const json = tokenizer.toTokenizerJson();
    const config = tokenizer.toTokenizerConfig();
    const again = WordPieceTokenizer.fromTokenizerJson(json, config);
    expect(again.toTokenizerJson()).toBe(json);
    expect(again.toTokenizerConfig()).toBe(config);
    expect(JSON.parse(config)).toMatchObject({ tokenizer_class: 'BertTokenizer' });
    const text = 'Foo 이순신은 <x> [MASK] Café';
    expect(again.encode(text)).toEqual(tokenizer.encode(text));
  },
);
