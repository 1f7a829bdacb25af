// The options of openCorpus: their defaults, and what is refused.
import type { DocumentBoundary } from '../../corpus/plain-text.ts';
import { DatasetsOptionError } from '../../errors.ts';
import {
  sentenceSpans,
  type SentenceSplitter,
  splitLines,
} from '../../sentences/split-sentences.ts';
import { CORPUS_FORMATS, type CorpusFormat } from './file-format.ts';

export interface CorpusOptions {
  /**
   * Format of the files; default: by extension (`.txt` is `sentences`). In folders and archives it replaces
   * that of text files only (`.txt`, `.text`, `.md`), so that others keep theirs.
   */
  readonly format?: CorpusFormat;
  /** Column that holds a record's text: a name, or in CSV and TSV a 0-based index. Default `'text'`. */
  readonly textColumn?: string | number;
  /** How running text becomes sentences: by rule (default), one per line, or a function. */
  readonly splitter?: 'rules' | 'lines' | SentenceSplitter;
  /** Restricts the rules to a language. Default: Korean and English together. */
  readonly language?: 'ko' | 'en';
  /** Whether a line break in running text ends a sentence (default) or is a space (hard-wrapped text). */
  readonly lineBreaks?: 'boundary' | 'space';
  /** Where a document of format `text` ends. Default `'blank-line'`; a document never spans files. */
  readonly documentBoundary?: DocumentBoundary;
  /** Between the fields of CSV. Default: `,` for CSV, a tab for TSV. */
  readonly delimiter?: string;
  /** Around the fields of CSV; null for none. Default: `"` for CSV, null for TSV. */
  readonly quote?: string | null;
  /** Whether CSV and TSV begin with the names of the columns. Default true. */
  readonly header?: boolean;
  /** Longest line of text formats in bytes; a longer one is cut and counted. Default 1 MiB. */
  readonly maxLineBytes?: number;
  /** Longest record (JSON line, CSV) in bytes; a longer one is an error. Default 64 MiB. */
  readonly maxRecordBytes?: number;
  /** Longest document in UTF-16 units; a longer one is split and counted. Default 4 Mi. */
  readonly maxDocumentLength?: number;
  /** Which files of folders and globs, and members of archives, are read. Gets the path. Default: all. */
  readonly filter?: (path: string) => boolean;
  /** Read for the source `-`. Default `process.stdin`. */
  readonly stdin?: AsyncIterable<Uint8Array>;
}

/** Options with their defaults. */
export interface ResolvedCorpusOptions {
  readonly format: CorpusFormat | undefined;
  readonly textColumn: string | number;
  readonly splitter: SentenceSplitter;
  readonly lineBreaks: 'boundary' | 'space';
  readonly documentBoundary: DocumentBoundary;
  readonly delimiter: string | undefined;
  readonly quote: string | null | undefined;
  readonly header: boolean;
  readonly maxLineBytes: number;
  readonly maxRecordBytes: number;
  readonly maxDocumentLength: number;
  readonly filter: (path: string) => boolean;
  readonly stdin: AsyncIterable<Uint8Array>;
}

/** Fills in defaults. @throws DatasetsOptionError */
export function resolveCorpusOptions(options: CorpusOptions): ResolvedCorpusOptions {
  const { format, textColumn = 'text', header = true, quote, delimiter } = options;
  requireOneOf('format', format, CORPUS_FORMATS);
  requireOneOf('language', options.language, ['ko', 'en']);
  requireOneOf('lineBreaks', options.lineBreaks, ['boundary', 'space']);
  requireOneOf('documentBoundary', options.documentBoundary, ['blank-line', 'line', 'file']);
  if (typeof textColumn === 'number' && (!Number.isInteger(textColumn) || textColumn < 0)) {
    throw new DatasetsOptionError('textColumn', textColumn, 'a name or an index from 0');
  }
  if (!header && typeof textColumn === 'string') {
    throw new DatasetsOptionError(
      'textColumn',
      textColumn,
      'an index from 0, since header is false',
    );
  }
  return {
    format,
    textColumn,
    splitter: resolveSplitter(options),
    lineBreaks: options.lineBreaks ?? 'boundary',
    documentBoundary: options.documentBoundary ?? 'blank-line',
    delimiter,
    quote,
    header,
    maxLineBytes: atLeast('maxLineBytes', options.maxLineBytes ?? 1 << 20, 16),
    maxRecordBytes: atLeast('maxRecordBytes', options.maxRecordBytes ?? 64 << 20, 16),
    maxDocumentLength: atLeast('maxDocumentLength', options.maxDocumentLength ?? 4 << 20, 1),
    filter: options.filter ?? (() => true),
    stdin: options.stdin ?? process.stdin,
  };
}

function resolveSplitter({
  splitter = 'rules',
  language,
  lineBreaks,
}: CorpusOptions): SentenceSplitter {
  if (typeof splitter === 'function') return splitter;
  requireOneOf('splitter', splitter, ['rules', 'lines']);
  if (splitter === 'lines') return splitLines;
  const rules = {
    ...(language === undefined ? {} : { language }),
    ...(lineBreaks === undefined ? {} : { lineBreaks }),
  };
  return (text) => sentenceSpans(text, rules);
}

function requireOneOf(option: string, value: string | undefined, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value)) return;
  throw new DatasetsOptionError(option, value, `one of ${allowed.join(', ')}`);
}

function atLeast(option: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new DatasetsOptionError(option, value, `an integer of at least ${least}`);
}
