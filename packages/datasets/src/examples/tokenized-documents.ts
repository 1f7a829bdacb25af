// Tokenized text in memory, flat: what a token shard holds, and what examples are made from. No object
// per sentence or document, so a window of many million tokens costs its tokens and little more.

/** Token ids: 16 bits where the vocabulary allows it. */
export type TokenArray = Uint16Array | Uint32Array;

/** Documents as ranges of sentences, sentences as ranges of tokens. */
export interface TokenizedDocuments {
  /** Ids of all sentences, one after the other, without special tokens. */
  readonly tokens: TokenArray;
  /** `[sentences + 1]`: sentence `s` is `tokens[sentenceOffsets[s] .. sentenceOffsets[s + 1])`, never empty. */
  readonly sentenceOffsets: Uint32Array;
  /** `[documents + 1]`: document `d` is the sentences `documentOffsets[d] .. documentOffsets[d + 1]`, never empty. */
  readonly documentOffsets: Uint32Array;
  /** `[documents]`: each document's index in the whole corpus, for provenance and for its random stream. */
  readonly documentIds: Uint32Array;
  /**
   * `[documents]`, only in shards of examples that were made once and written: each document is an example then,
   * its one or two sentences are A and B, and this is its label (0 IsNext, 1 NotNext, -1 none).
   */
  readonly labels?: Int8Array;
}

/** How many documents there are. */
export function documentCount(documents: TokenizedDocuments): number {
  return documents.documentOffsets.length - 1;
}

/** Where a sentence's tokens begin; for the count of sentences, where the last one ends. */
export function sentenceStart(documents: TokenizedDocuments, sentence: number): number {
  return documents.sentenceOffsets[sentence] ?? documents.tokens.length;
}

/** Where a document's sentences begin; for the count of documents, where the last one ends. */
export function documentStart(documents: TokenizedDocuments, document: number): number {
  return documents.documentOffsets[document] ?? documents.sentenceOffsets.length - 1;
}

/**
 * Flattens nested arrays, for tests and small corpora. Sentences without tokens and documents without
 * sentences are left out: no example can start in them.
 *
 * @param nested documents, each a list of sentences, each a list of token ids
 * @param vocabSize decides between 16 and 32 bits
 */
export function tokenizedDocuments(
  nested: readonly (readonly (readonly number[])[])[],
  vocabSize: number,
): TokenizedDocuments {
  const kept = nested
    .map((sentences) => sentences.filter((ids) => ids.length > 0))
    .map((sentences, id) => ({ sentences, id }))
    .filter(({ sentences }) => sentences.length > 0);
  const sentences = kept.flatMap((document) => document.sentences);
  const TokenArrayType = tokenArrayType(vocabSize);
  return {
    tokens: TokenArrayType.from(sentences.flat()),
    sentenceOffsets: offsets(sentences.map((ids) => ids.length)),
    documentOffsets: offsets(kept.map((document) => document.sentences.length)),
    documentIds: Uint32Array.from(kept, ({ id }) => id),
  };
}

/** The narrowest array type that holds every id of a vocabulary. */
export function tokenArrayType(vocabSize: number): Uint16ArrayConstructor | Uint32ArrayConstructor {
  return vocabSize <= 0x1_0000 ? Uint16Array : Uint32Array;
}

function offsets(lengths: readonly number[]): Uint32Array {
  const result = new Uint32Array(lengths.length + 1);
  let total = 0;
  lengths.forEach((length, i) => {
    total += length;
    result[i + 1] = total;
  });
  return result;
}
