// Labelled sets in files of any layout: CSV, TSV, JSON lines and Parquet by column, CoNLL by column number.
import { jsonColumn, jsonLines } from '../../corpus/json-lines.ts';
import { CorpusWarnings } from '../../corpus/warnings.ts';
import { CorpusSourceError, DatasetsOptionError, RecordError } from '../../errors.ts';
import type { TextExample, TokenExample } from '../../labelled/examples.ts';
import { type ConllOptions, readConll } from '../../labelled/read-conll.ts';
import { csvRecords } from '../corpus/csv-records.ts';
import { fileKind } from '../corpus/file-format.ts';
import { parquetRows } from '../corpus/parquet-rows.ts';
import { fileBytes, fileLines, MAX_RECORD_BYTES } from './file-lines.ts';

export interface LabelledFileOptions {
  /** Default: by extension. */
  readonly format?: 'csv' | 'tsv' | 'jsonl' | 'parquet';
  /** Default `'text'`. An index (from 0) in CSV and TSV. */
  readonly textColumn?: string | number;
  /** Second text of a pair. Default: none. */
  readonly textPairColumn?: string | number;
  /** Default `'label'`. Numbers and booleans become strings. */
  readonly labelColumn?: string | number;
  /** Default: none. */
  readonly idColumn?: string | number;
  readonly delimiter?: string;
  /** Default: `"` for CSV, null (never quoted) for TSV. */
  readonly quote?: string | null;
  /** Whether CSV and TSV begin with names of columns. Default true. */
  readonly header?: boolean;
  readonly warnings?: CorpusWarnings;
}

/** The asked columns, and under which option each was asked for. */
type Columns = readonly { readonly option: string; readonly column: string | number }[];

/** Values of the asked columns of one record. */
interface LabelledRecord {
  readonly values: readonly unknown[];
  readonly line: number;
}

/**
 * Texts (or pairs) and labels of a file. Records without text are left out and counted.
 *
 * @throws CorpusSourceError, CorpusReadError, RecordError (also MissingColumnError)
 */
export async function* readLabelledFile(
  path: string,
  options: LabelledFileOptions = {},
): AsyncGenerator<TextExample> {
  const { textColumn = 'text', labelColumn = 'label', textPairColumn, idColumn } = options;
  const warnings = options.warnings ?? new CorpusWarnings();
  const columns = [
    { option: 'textColumn', column: textColumn },
    { option: 'labelColumn', column: labelColumn },
    ...(textPairColumn === undefined ? [] : [{ option: 'textPairColumn', column: textPairColumn }]),
    ...(idColumn === undefined ? [] : [{ option: 'idColumn', column: idColumn }]),
  ];
  for await (const { values, line } of labelledRecords(path, columns, options, warnings)) {
    const strings = values.map((value, i) => asString(value, path, line, columns[i]?.option ?? ''));
    const [text = '', label = ''] = strings;
    if (text.trim() === '') {
      warnings.add('emptyRecords', path, line);
      continue;
    }
    if (label === '') throw new RecordError('INVALID_LABEL', path, line, 'the label is empty.');
    const textPair = textPairColumn === undefined ? undefined : strings[2];
    const id = idColumn === undefined ? undefined : strings.at(-1);
    yield {
      text,
      label,
      ...(textPair === undefined ? {} : { textPair }),
      ...(id === undefined ? {} : { id }),
    };
  }
}

/** Token sequences with tags of a CoNLL file. @throws RecordError (MALFORMED_ROW) */
export function readConllFile(
  path: string,
  {
    warnings = new CorpusWarnings(),
    ...options
  }: ConllOptions & { readonly warnings?: CorpusWarnings } = {},
): AsyncGenerator<TokenExample> {
  return readConll(fileLines(path, warnings), path, options);
}

function labelledRecords(
  path: string,
  columns: Columns,
  options: LabelledFileOptions,
  warnings: CorpusWarnings,
): AsyncGenerator<LabelledRecord> {
  const format = options.format ?? fileKind(path).format;
  switch (format) {
    case 'csv':
    case 'tsv':
      return csvRows(path, format, columns, options, warnings);
    case 'jsonl':
      return jsonRows(path, columns, warnings);
    case 'parquet':
      return parquetRecords(path, columns);
    case 'sentences':
    case 'text':
    case 'tar':
    case undefined:
      throw new CorpusSourceError(
        'UNKNOWN_FORMAT',
        path,
        'its extension does not say csv, tsv, jsonl or parquet. Name one of them in the option format.',
      );
  }
}

async function* csvRows(
  path: string,
  format: 'csv' | 'tsv',
  columns: Columns,
  options: LabelledFileOptions,
  warnings: CorpusWarnings,
): AsyncGenerator<LabelledRecord> {
  const { delimiter = format === 'csv' ? ',' : '\t', header = true } = options;
  const quote = options.quote === undefined ? (format === 'csv' ? '"' : null) : options.quote;
  const csvOptions = { delimiter, quote, header, maxRecordBytes: MAX_RECORD_BYTES };
  let indexes: readonly number[] | undefined;
  for await (const item of csvRecords(fileBytes(path), path, csvOptions, warnings)) {
    indexes ??= columns.map(({ column, option }) => item.columns.indexOf(column, option));
    const values = indexes.map((index, i) =>
      item.columns.field(item.record, index, columns[i]?.option ?? ''),
    );
    yield { values, line: item.record.line };
  }
}

async function* jsonRows(
  path: string,
  columns: Columns,
  warnings: CorpusWarnings,
): AsyncGenerator<LabelledRecord> {
  const names = columnNames(columns);
  for await (const batch of jsonLines(fileLines(path, warnings), path)) {
    for (const record of batch) {
      const values = names.map(({ name, option }) => jsonColumn(record, name, path, option));
      yield { values, line: record.line };
    }
  }
}

async function* parquetRecords(path: string, columns: Columns): AsyncGenerator<LabelledRecord> {
  const names = columnNames(columns).map(({ name }) => name);
  for await (const batch of parquetRows(path, names, 'textColumn or labelColumn')) {
    for (const { row, values } of batch) yield { values, line: row };
  }
}

function columnNames(columns: Columns): { name: string; option: string }[] {
  return columns.map(({ column, option }) => {
    if (typeof column === 'string') return { name: column, option };
    throw new DatasetsOptionError(option, column, 'a name: only CSV and TSV columns have indexes');
  });
}

function asString(value: unknown, path: string, line: number, option: string): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') {
    return String(value);
  }
  throw new RecordError(
    'WRONG_TYPE',
    path,
    line,
    `${option} holds a list or an object; expected a string or a number.`,
  );
}
