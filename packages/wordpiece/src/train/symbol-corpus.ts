// The unique words of a corpus as one flat run of symbols, each word weighted by how often it occurs:
// the only form of the corpus that the merges see.

/** Unique words as symbols: word `w` is `symbols[starts[w] .. starts[w + 1])`. */
export interface SymbolCorpus {
  /** Token ids, all words one after another. */
  readonly symbols: Int32Array;
  /** Where each word starts in `symbols`; one longer than `counts`. */
  readonly starts: Uint32Array;
  /** Occurrences of each word: whole numbers up to 2^53, exact. */
  readonly counts: Float64Array;
}
