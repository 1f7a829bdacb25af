// Everything that makes a WordPieceTokenizer, as plain data: what files are read into, what is written
// to them, and what is sent to worker threads.
import type { AddedToken } from './added-tokens.ts';
import type { CharacterOptions } from './characters.ts';
import { TokenizerOptionError } from './errors.ts';
import type { PostProcessor } from './post-processor.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The tokens with a role, by their text. */
export interface SpecialTokens {
  readonly padToken: string;
  readonly unkToken: string;
  readonly clsToken: string;
  readonly sepToken: string;
  readonly maskToken: string;
}

export const BERT_SPECIAL_TOKENS: SpecialTokens = {
  padToken: '[PAD]',
  unkToken: '[UNK]',
  clsToken: '[CLS]',
  sepToken: '[SEP]',
  maskToken: '[MASK]',
};

export interface TokenizerDefinition {
  /** The model's vocabulary, in the order of ids from 0. */
  readonly tokens: readonly string[];
  /** Where the vocabulary was read, for messages. */
  readonly file: string;
  /** Found in the text and never split. Those outside the vocabulary have the ids that follow it. */
  readonly addedTokens: readonly AddedToken[];
  readonly specialTokens: SpecialTokens;
  readonly characters: Required<CharacterOptions>;
  readonly continuingSubwordPrefix: string;
  readonly maxInputCharsPerWord: number;
  /** 'bert': [CLS] A [SEP] (B [SEP]). */
  readonly postProcessor: PostProcessor | 'bert';
  readonly decoder: { readonly prefix: string; readonly cleanUp: boolean };
  /** The longest input of the model, in tokens, where the files say so. */
  readonly modelMaxLength: number | undefined;
}

/** Options of a tokenizer made from a vocabulary alone. Defaults are those of BertWordPieceTokenizer. */
export interface WordPieceTokenizerOptions extends CharacterOptions {
  /** Default `[PAD] [UNK] [CLS] [SEP] [MASK]`. */
  readonly specialTokens?: Partial<SpecialTokens>;
  /** Further tokens of the vocabulary that are never split and count as special. Default none. */
  readonly additionalSpecialTokens?: readonly string[];
  /** Default '##'. */
  readonly continuingSubwordPrefix?: string;
  /** Words of more code points become [UNK]. Default 100, at most 1,000,000. */
  readonly maxInputCharsPerWord?: number;
  /** What `truncation: true` cuts to when maxLength is not given. Default: none. */
  readonly modelMaxLength?: number;
}

const LONGEST_WORD = 1_000_000;

/**
 * @throws TokenizerOptionError for a maxInputCharsPerWord that is not an integer from 1 to 1,000,000
 */
export function checkMaxInputChars(value: number): number {
  if (!Number.isInteger(value) || value < 1 || value > LONGEST_WORD) {
    throw new TokenizerOptionError(
      'maxInputCharsPerWord',
      `expected an integer from 1 to ${LONGEST_WORD}, not ${value}.`,
    );
  }
  return value;
}

/** A definition from a vocabulary and options; special tokens that it lacks are simply not looked for. */
export function defineTokenizer(
  vocabulary: Vocabulary,
  options: WordPieceTokenizerOptions = {},
): TokenizerDefinition {
  const specialTokens = { ...BERT_SPECIAL_TOKENS, ...options.specialTokens };
  const special = new Set([
    ...Object.values(specialTokens),
    ...(options.additionalSpecialTokens ?? []),
  ]);
  const continuingSubwordPrefix = options.continuingSubwordPrefix ?? '##';
  return {
    tokens: vocabulary.tokens,
    file: vocabulary.file,
    addedTokens: [...special].flatMap((content) => {
      const id = vocabulary.tokenToId(content);
      return id === undefined ? [] : [specialToken(content, id)];
    }),
    specialTokens,
    characters: {
      cleanText: options.cleanText ?? true,
      handleChineseChars: options.handleChineseChars ?? true,
      stripAccents: options.stripAccents ?? null,
      lowercase: options.lowercase ?? true,
    },
    continuingSubwordPrefix,
    maxInputCharsPerWord: checkMaxInputChars(options.maxInputCharsPerWord ?? 100),
    postProcessor: 'bert',
    decoder: { prefix: continuingSubwordPrefix, cleanUp: true },
    modelMaxLength: options.modelMaxLength,
  };
}

/** A special token as Hugging Face writes one: looked for in the text as given. */
export function specialToken(content: string, id: number): AddedToken {
  return {
    content,
    id,
    special: true,
    normalized: false,
    singleWord: false,
    lstrip: false,
    rstrip: false,
  };
}
