// Where a tokenizer comes from: a vocabulary, tokenizer files, or training. Each becomes a definition.
import { JsonValue } from './json-value.ts';
import { readTokenizerJson } from './read-tokenizer-json.ts';
import {
  BERT_SPECIAL_TOKENS,
  defineTokenizer,
  type TokenizerDefinition,
  type WordPieceTokenizerOptions,
} from './tokenizer-definition.ts';
import type { CharacterOptions } from './characters.ts';
import { readAddedTokensDecoder, readTokenizerConfig } from './read-tokenizer-config.ts';
import { parseVocabText, Vocabulary } from './vocabulary.ts';

/** The text of a vocab.txt, or its tokens in the order of their ids. */
export type VocabSource = string | readonly string[];

/** The text of a JSON file, or what it parses to. */
export type TokenizerJsonSource = string | object;

/** Names of files, for messages. */
export interface FileNames {
  readonly tokenizer?: string;
  readonly config?: string;
}

/** The part of training's result that a tokenizer is made of. */
export interface TrainedVocabulary {
  readonly tokens: readonly string[];
  readonly options: Required<CharacterOptions> & {
    readonly specialTokens: readonly string[];
    readonly unkToken: string;
    readonly continuingSubwordPrefix: string;
    readonly maxInputCharsPerWord: number;
  };
}

const readVocabulary = (vocab: VocabSource, file?: string): Vocabulary =>
  typeof vocab === 'string' ? parseVocabText(vocab, file) : new Vocabulary([...vocab], file);

export function definitionFromVocab(
  vocab: VocabSource,
  options: WordPieceTokenizerOptions,
  file?: string,
): TokenizerDefinition {
  return defineTokenizer(readVocabulary(vocab, file), options);
}

/** A vocab.txt and the tokenizer_config.json beside it. */
export function definitionFromVocabAndConfig(
  vocab: VocabSource,
  config: TokenizerJsonSource,
  files: FileNames & { readonly vocab?: string } = {},
): TokenizerDefinition {
  const document = jsonOf(config, files.config ?? 'tokenizer_config.json');
  const vocabulary = readVocabulary(vocab, files.vocab);
  const definition = defineTokenizer(vocabulary, readTokenizerConfig(document));
  const added = new Map(definition.addedTokens.map((token) => [token.content, token]));
  for (const token of readAddedTokensDecoder(document)) added.set(token.content, token);
  return { ...definition, addedTokens: [...added.values()] };
}

export function definitionFromTokenizerJson(
  tokenizer: TokenizerJsonSource,
  config?: TokenizerJsonSource,
  files: FileNames = {},
): TokenizerDefinition {
  return readTokenizerJson(
    jsonOf(tokenizer, files.tokenizer ?? 'tokenizer.json'),
    config === undefined ? undefined : jsonOf(config, files.config ?? 'tokenizer_config.json'),
  );
}

export function definitionFromTrained({ tokens, options }: TrainedVocabulary): TokenizerDefinition {
  const { specialTokens, unkToken, ...rest } = options;
  return defineTokenizer(new Vocabulary(tokens, 'trained vocabulary'), {
    ...rest,
    specialTokens: { ...BERT_SPECIAL_TOKENS, unkToken },
    additionalSpecialTokens: specialTokens,
  });
}

const jsonOf = (source: TokenizerJsonSource, file: string): JsonValue =>
  typeof source === 'string' ? JsonValue.parse(source, file) : JsonValue.of(source, file);
