// What a worker does with a batch of documents: sentences to ids, flat arrays out.
import { IdBuffer, type Tokenizer } from '@malmoi/wordpiece';

import { tokenArrayType, type TokenArray } from '../../examples/tokenized-documents.ts';

/** Documents to tokenize: their sentences one after the other. */
export interface TextBatch {
  readonly sentences: readonly string[];
}

/** The same sentences as ids. */
export interface TokenBatch {
  /** Ids of all sentences, without special tokens. */
  readonly tokens: TokenArray;
  /** `[sentences]`: tokens of each; 0 for one that normalisation left nothing of. */
  readonly lengths: Uint32Array;
  /** `[sentences]`: how many of them are the unknown token. */
  readonly unknown: Uint32Array;
}

/** Tokenizes a batch. `into` is memory to use again. */
export function tokenizeBatch(
  batch: TextBatch,
  tokenizer: Tokenizer,
  into: IdBuffer = new IdBuffer(),
): TokenBatch {
  const { sentences } = batch;
  const { unkTokenId } = tokenizer;
  const lengths = new Uint32Array(sentences.length);
  const unknown = new Uint32Array(sentences.length);
  into.clear();
  sentences.forEach((sentence, i) => {
    const start = into.length;
    tokenizer.encodeToIds(sentence, into);
    lengths[i] = into.length - start;
    let count = 0;
    for (let at = start; at < into.length; at++) if (into.data[at] === unkTokenId) count++;
    unknown[i] = count;
  });
  return { tokens: new (tokenArrayType(tokenizer.vocabSize))(into.view()), lengths, unknown };
}
