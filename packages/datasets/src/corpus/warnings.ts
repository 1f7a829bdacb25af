// Counts of what a reader repaired, cut or left out, so that nothing is dropped silently.

/** What can happen to a corpus while it is read, and what was done about it. */
export const CORPUS_WARNINGS = {
  invalidUtf8: 'malformed UTF-8 sequences were replaced by U+FFFD',
  loneSurrogates: 'lone surrogates were replaced by U+FFFD',
  nulCharacters: 'NUL characters were found (the tokenizer removes them)',
  loneCarriageReturns: 'carriage returns without a line feed were taken as line breaks',
  linesCut: 'over-long lines were cut into pieces',
  documentsSplit: 'over-long documents were split',
  emptyRecords: 'records without text were left out',
  emptySources: 'files without text were found',
  filesSkipped: 'files of an unknown format in folders were left out',
  membersSkipped: 'archive members that are links, devices or of an unknown format were left out',
  repeatedSources: 'files that were named twice are read once',
} as const;

export type CorpusWarningKind = keyof typeof CORPUS_WARNINGS;

/** How often something happened, and where first. */
export interface CorpusWarning {
  readonly kind: CorpusWarningKind;
  readonly count: number;
  /** Where it happened first: `file` or `file:line`. */
  readonly first: string;
}

/** Counts warnings by kind; keeps the first place of each. */
export class CorpusWarnings {
  private readonly counts = new Map<CorpusWarningKind, { count: number; first: string }>();

  /** Notes that something happened `count` times, the first time at `source` (and `line`). */
  add(kind: CorpusWarningKind, source: string, line?: number, count = 1): void {
    const known = this.counts.get(kind);
    if (known !== undefined) known.count += count;
    else this.counts.set(kind, { count, first: line === undefined ? source : `${source}:${line}` });
  }

  /** How often it happened. */
  count(kind: CorpusWarningKind): number {
    return this.counts.get(kind)?.count ?? 0;
  }

  /** What happened at all, in the order of {@link CORPUS_WARNINGS}. */
  list(): CorpusWarning[] {
    const kinds = Object.keys(CORPUS_WARNINGS) as CorpusWarningKind[];
    return kinds.flatMap((kind) => {
      const entry = this.counts.get(kind);
      return entry === undefined ? [] : [{ kind, ...entry }];
    });
  }

  /** One sentence for each kind that happened, for people. */
  describe(): string[] {
    return this.list().map(
      ({ kind, count, first }) => `${count} ${CORPUS_WARNINGS[kind]} (first: ${first})`,
    );
  }

  /** Adds the counts of another, such as a worker's. */
  merge(other: Iterable<CorpusWarning>): void {
    for (const { kind, count, first } of other) this.add(kind, first, undefined, count);
  }

  /** Forgets everything. */
  clear(): void {
    this.counts.clear();
  }
}
