// What a corpus is made of: documents, each a list of sentences that know where they were read.

/** One sentence, and the place it was read from. */
export interface CorpusSentence {
  /** Well-formed text without white space around it; never empty. */
  readonly text: string;
  /** 1-based line of the source (decompressed); in Parquet the 1-based row. */
  readonly line: number;
  /** Byte of the source (decompressed) at which that line starts; undefined in Parquet. */
  readonly byteOffset: number | undefined;
}

/** Consecutive sentences that belong together; never empty. */
export interface CorpusDocument {
  /** The file it was read from; `archive.tar.gz!member` inside an archive, `<stdin>` for standard input. */
  readonly source: string;
  /** 0-based position in the corpus. */
  readonly index: number;
  /** 0-based position in its source. */
  readonly indexInSource: number;
  readonly sentences: readonly CorpusSentence[];
}
