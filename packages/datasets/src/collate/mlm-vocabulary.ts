// What masking needs to know of a vocabulary, as tables that a loop over tokens can afford to ask.
import type { Tokenizer } from '@malmoi/wordpiece';

import { DatasetsOptionError } from '../errors.ts';

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

/** What is asked of a tokenizer for it. */
export type MlmTokenizer = Pick<
  Tokenizer,
  | 'vocabSize'
  | 'padTokenId'
  | 'clsTokenId'
  | 'sepTokenId'
  | 'maskTokenId'
  | 'specialTokenIds'
  | 'isContinuation'
>;

/** @throws DatasetsOptionError when the vocabulary has nothing but special tokens */
export function mlmVocabulary(tokenizer: MlmTokenizer): MlmVocabulary {
  const { vocabSize, padTokenId, clsTokenId, sepTokenId, maskTokenId } = tokenizer;
  const isSpecial = new Uint8Array(vocabSize);
  for (const id of tokenizer.specialTokenIds) isSpecial[id] = 1;
  if (!isSpecial.includes(0)) {
    throw new DatasetsOptionError('tokenizer', 'one of special tokens only', 'a vocabulary');
  }
  const isContinuation = Uint8Array.from(isSpecial, (_, id) =>
    tokenizer.isContinuation(id) ? 1 : 0,
  );
  return { vocabSize, padTokenId, clsTokenId, sepTokenId, maskTokenId, isSpecial, isContinuation };
}
