// tokenizer.json, the file of Hugging Face tokenizers, as far as it describes a BERT tokenizer. Anything
// else is refused: read as BERT's, it would give wrong ids without a word.
import type { AddedToken } from './added-tokens.ts';
import type { CharacterOptions } from './characters.ts';
import { UnsupportedTokenizerError, VocabularyError } from './errors.ts';
import type { JsonValue } from './json-value.ts';
import { readPostProcessor } from './read-post-processor.ts';
import { readAddedToken, readTokenizerConfig } from './read-tokenizer-config.ts';
import {
  BERT_SPECIAL_TOKENS,
  checkMaxInputChars,
  type SpecialTokens,
  type TokenizerDefinition,
} from './tokenizer-definition.ts';
import { Vocabulary } from './vocabulary.ts';

/**
 * @param document tokenizer.json
 * @param config tokenizer_config.json, where there is one
 * @throws TokenizerFileError for members that are missing or of the wrong type
 * @throws UnsupportedTokenizerError for another model, normalizer, pre-tokenizer or decoder than BERT's
 * @throws VocabularyError for ids that are no numbering from 0, or a vocabulary without [UNK]
 */
export function readTokenizerJson(document: JsonValue, config?: JsonValue): TokenizerDefinition {
  const model = document.get('model');
  expectType(model, 'WordPiece');
  expectType(document.get('pre_tokenizer'), 'BertPreTokenizer');
  const vocabulary = readVocabulary(model.get('vocab'));
  const unkToken = model.get('unk_token').or('[UNK]', (value) => value.string());
  const continuingSubwordPrefix = model
    .get('continuing_subword_prefix')
    .or('##', (value) => value.string());
  const options = config === undefined ? {} : readTokenizerConfig(config);
  const specialTokens: SpecialTokens = {
    ...BERT_SPECIAL_TOKENS,
    ...options.specialTokens,
    unkToken,
  };
  const addedTokens = readAddedTokens(document.get('added_tokens'), vocabulary);
  return {
    tokens: vocabulary.tokens,
    file: vocabulary.file,
    addedTokens,
    specialTokens,
    characters: readNormalizer(document.get('normalizer')),
    continuingSubwordPrefix,
    maxInputCharsPerWord: model
      .get('max_input_chars_per_word')
      .or(100, (value) => checkMaxInputChars(value.count())),
    postProcessor: readPostProcessor(
      document.get('post_processor'),
      vocabulary.size + outside(addedTokens, vocabulary),
    ),
    decoder: readDecoder(document.get('decoder'), continuingSubwordPrefix),
    modelMaxLength: options.modelMaxLength,
  };
}

/** @throws UnsupportedTokenizerError unless the object's `type` is `expected` */
function expectType(part: JsonValue, expected: string): void {
  const found = part.isMissing
    ? 'nothing'
    : part.get('type').or('no type', (type) => type.string());
  if (found === expected) return;
  throw new UnsupportedTokenizerError(
    part.file,
    part.path,
    `expected ${expected}, found ${found}. Only BERT's WordPiece tokenizer is read here; ` +
      'wrap another with fromHuggingFace.',
  );
}

function readVocabulary(vocab: JsonValue): Vocabulary {
  const tokens: string[] = [];
  const entries = vocab.entries();
  for (const [token, value] of entries) {
    const id = value.count();
    if (id >= entries.length) {
      throw new VocabularyError(
        { file: vocab.file },
        `token ${JSON.stringify(token)} has id ${id}, but ${entries.length} tokens have the ids ` +
          `0 to ${entries.length - 1}: an id is left out or was given twice.`,
      );
    }
    if (tokens[id] !== undefined) {
      throw new VocabularyError(
        { file: vocab.file },
        `id ${id} belongs to both ${JSON.stringify(tokens[id])} and ${JSON.stringify(token)}.`,
      );
    }
    tokens[id] = token;
  }
  return new Vocabulary(tokens, vocab.file);
}

const outside = (addedTokens: readonly AddedToken[], vocabulary: Vocabulary): number =>
  addedTokens.filter(({ content }) => vocabulary.tokenToId(content) === undefined).length;

function readAddedTokens(list: JsonValue, vocabulary: Vocabulary): AddedToken[] {
  return list
    .or([], (value) => value.items())
    .map((item) => {
      const token = readAddedToken(item, item.get('id').count());
      const known = vocabulary.tokenToId(token.content);
      if (known !== undefined && known !== token.id) {
        item.get('id').fail(`${token.content} has id ${known} in the vocabulary, not ${token.id}.`);
      }
      return token;
    });
}

function readNormalizer(normalizer: JsonValue): Required<CharacterOptions> {
  expectType(normalizer, 'BertNormalizer');
  const flag = (name: string): boolean => normalizer.get(name).or(true, (value) => value.boolean());
  return {
    cleanText: flag('clean_text'),
    handleChineseChars: flag('handle_chinese_chars'),
    stripAccents: normalizer.get('strip_accents').or(null, (value) => value.boolean()),
    lowercase: flag('lowercase'),
  };
}

function readDecoder(decoder: JsonValue, prefix: string): TokenizerDefinition['decoder'] {
  if (decoder.isMissing) return { prefix, cleanUp: false };
  expectType(decoder, 'WordPiece');
  return {
    prefix: decoder.get('prefix').or('##', (value) => value.string()),
    cleanUp: decoder.get('cleanup').or(true, (value) => value.boolean()),
  };
}
