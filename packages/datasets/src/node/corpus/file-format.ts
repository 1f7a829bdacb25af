// A file's format and compression by its name.
import type { Compression } from './decompress.ts';

/**
 * - `sentences`: one sentence per line, a blank line between documents (BERT's own)
 * - `text`: running text, split into sentences
 * - `jsonl`, `csv`, `tsv`, `parquet`: a document in a column of each record
 */
export type CorpusFormat = 'sentences' | 'text' | 'jsonl' | 'csv' | 'tsv' | 'parquet';

export const CORPUS_FORMATS: readonly CorpusFormat[] = [
  'sentences',
  'text',
  'jsonl',
  'csv',
  'tsv',
  'parquet',
];

/** What a file is. */
export interface FileKind {
  /** `tar` is an archive of files; undefined when the extension says nothing. */
  readonly format: CorpusFormat | 'tar' | undefined;
  readonly compression: Compression | undefined;
}

const FORMATS = new Map<string, CorpusFormat | 'tar'>([
  ['txt', 'sentences'],
  ['text', 'sentences'],
  ['md', 'text'],
  ['jsonl', 'jsonl'],
  ['ndjson', 'jsonl'],
  ['csv', 'csv'],
  ['tsv', 'tsv'],
  ['parquet', 'parquet'],
  ['tar', 'tar'],
]);

const COMPRESSIONS = new Map<string, Compression>([
  ['gz', 'gzip'],
  ['gzip', 'gzip'],
  ['zst', 'zstd'],
  ['zstd', 'zstd'],
]);

const SHORT_ARCHIVES = new Map<string, Compression>([
  ['tgz', 'gzip'],
  ['tzst', 'zstd'],
]);

/** All extensions that mean something, for messages. */
export const KNOWN_EXTENSIONS: readonly string[] = [...FORMATS.keys(), ...SHORT_ARCHIVES.keys()];

/** What the name of a file says: `corpus.jsonl.gz` is JSON lines under gzip. */
export function fileKind(name: string): FileKind {
  const parts = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1).split('.');
  let extension = parts.length > 1 ? (parts.pop()?.toLowerCase() ?? '') : '';
  const shortArchive = SHORT_ARCHIVES.get(extension);
  if (shortArchive !== undefined) return { format: 'tar', compression: shortArchive };
  const compression = COMPRESSIONS.get(extension);
  if (compression !== undefined)
    extension = parts.length > 1 ? (parts.pop()?.toLowerCase() ?? '') : '';
  return { format: FORMATS.get(extension), compression };
}
