// What masking needs to know of a vocabulary.
import { ExampleOptionsError } from '../examples/example-errors.ts';

/** The ids that batches are built with. */
export interface MlmVocabulary {
  /** How many ids there are; random tokens are drawn below it. */
  readonly vocabSize: number;
  readonly padTokenId: number;
  readonly clsTokenId: number;
  readonly sepTokenId: number;
  readonly maskTokenId: number;
  /** `[vocabSize]`: 1 for tokens that are never masked and never drawn at random. */
  readonly isSpecial: Uint8Array;
  /** `[vocabSize]`: 1 for pieces that continue a word (`##...`). */
  readonly isContinuation: Uint8Array;
}

/** A vocabulary as its tokens, in the order of their ids. */
export interface VocabularyTokens {
  readonly tokens: readonly string[];
  /** Tokens that are never masked and never drawn. Default: [PAD] [UNK] [CLS] [SEP] [MASK]. */
  readonly specialTokens?: readonly string[];
  /** What pieces begin with that continue a word. Default '##'. */
  readonly continuingSubwordPrefix?: string;
}

const SPECIAL_TOKENS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];

/**
 * Looks up the special tokens of a vocabulary.
 *
 * @throws ExampleOptionsError when [PAD], [CLS], [SEP] or [MASK] is missing, or nothing but special tokens is left
 */
export function mlmVocabulary(vocabulary: VocabularyTokens): MlmVocabulary {
  const { tokens, specialTokens = SPECIAL_TOKENS, continuingSubwordPrefix = '##' } = vocabulary;
  const special = new Set([...SPECIAL_TOKENS, ...specialTokens]);
  const idOf = (token: string): number => {
    const id = tokens.indexOf(token);
    if (id < 0) throw new ExampleOptionsError('vocabulary', 'without it', `the token ${token}`);
    return id;
  };
  const isSpecial = Uint8Array.from(tokens, (token) => (special.has(token) ? 1 : 0));
  if (!isSpecial.includes(0)) {
    throw new ExampleOptionsError('vocabulary', 'only special tokens', 'at least one other token');
  }
  return {
    vocabSize: tokens.length,
    padTokenId: idOf('[PAD]'),
    clsTokenId: idOf('[CLS]'),
    sepTokenId: idOf('[SEP]'),
    maskTokenId: idOf('[MASK]'),
    isSpecial,
    isContinuation: Uint8Array.from(tokens, (token) =>
      token.startsWith(continuingSubwordPrefix) && token.length > continuingSubwordPrefix.length
        ? 1
        : 0,
    ),
  };
}
