// Records of CSV and TSV files, streaming, with csv-parse. Columns are asked for by name (of the header) or
// by 0-based index. Errors give file and line and never the text.
import { pipeline, Readable } from 'node:stream';

import { CsvError, type InfoRecord, parse } from 'csv-parse';

import { checkedText } from '../../corpus/read-lines.ts';
import { decodeUtf8, unfinishedCharacter } from '../../corpus/utf8.ts';
import type { CorpusWarnings } from '../../corpus/warnings.ts';
import { MissingColumnError, RecordError } from '../../errors.ts';

export interface CsvOptions {
  /** Between fields: `,` for CSV, a tab for TSV. */
  readonly delimiter: string;
  /** Around fields, doubled inside them; null when fields are never quoted (default for TSV). */
  readonly quote: string | null;
  /** Whether the first record names the columns. */
  readonly header: boolean;
  /** A longer record is an error; it mostly is a quotation mark that is not closed. */
  readonly maxRecordBytes: number;
}

/** One record. */
export interface CsvRecord {
  readonly fields: readonly string[];
  /** 1-based line on which the record ends. */
  readonly line: number;
}

/** A file's columns, and its records in order. */
export class CsvColumns {
  /** Names of the header; empty without one. */
  readonly names: readonly string[];
  private readonly source: string;

  constructor(names: readonly string[], source: string) {
    this.names = names;
    this.source = source;
  }

  /** The index of a column. @throws MissingColumnError naming the columns there are */
  indexOf(column: string | number, option: string): number {
    const index = typeof column === 'number' ? column : this.names.indexOf(column);
    if (index < 0 || (this.names.length > 0 && index >= this.names.length)) {
      throw new MissingColumnError(this.source, 1, column, this.names, option);
    }
    return index;
  }

  /** A field of a record. @throws MissingColumnError when the record is too short */
  field(record: CsvRecord, index: number, option: string): string {
    const value = record.fields[index];
    if (value !== undefined) return value;
    const columns = record.fields.map((_, i) => this.names[i] ?? String(i));
    throw new MissingColumnError(
      this.source,
      record.line,
      this.names[index] ?? index,
      columns,
      option,
    );
  }
}

/**
 * Opens CSV text: reads the header, then yields records.
 *
 * @throws RecordError (MALFORMED_CSV, RECORD_TOO_LONG) with file and line
 */
export async function* csvRecords(
  chunks: AsyncIterable<Uint8Array>,
  source: string,
  options: CsvOptions,
  warnings: CorpusWarnings,
): AsyncGenerator<{ readonly columns: CsvColumns; readonly record: CsvRecord }> {
  const parser = parse({
    bom: true,
    delimiter: options.delimiter,
    quote: options.quote,
    escape: options.quote,
    info: true,
    max_record_size: options.maxRecordBytes,
    relax_column_count: true,
    skip_empty_lines: true,
  });
  const input = Readable.from(validText(chunks, source, warnings), { objectMode: false });
  pipeline(input, parser, () => undefined);
  let columns: CsvColumns | undefined = options.header ? undefined : new CsvColumns([], source);
  try {
    for await (const item of parser as AsyncIterable<{
      record: string[];
      info: InfoRecord & { lines: number };
    }>) {
      const { record: fields, info } = item;
      if (columns === undefined)
        columns = new CsvColumns(
          fields.map((name) => name.trim()),
          source,
        );
      else yield { columns, record: { fields, line: info.lines } };
    }
  } catch (error) {
    throw csvError(error, source, options);
  } finally {
    input.destroy();
    parser.destroy();
  }
}

/** The chunks as valid UTF-8 that ends on whole characters; malformed sequences are replaced and counted. */
async function* validText(
  chunks: AsyncIterable<Uint8Array>,
  source: string,
  warnings: CorpusWarnings,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let rest: Uint8Array = new Uint8Array(0);
  const repaired = (bytes: Uint8Array): Uint8Array => {
    let invalid = 0;
    const text = decodeUtf8(bytes, (replaced) => (invalid += replaced));
    if (invalid > 0) warnings.add('invalidUtf8', source, undefined, invalid);
    for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1)) {
      warnings.add('nulCharacters', source);
    }
    return invalid > 0 ? encoder.encode(text) : bytes;
  };
  for await (const chunk of checkedText(chunks, source)) {
    const bytes = Buffer.concat([rest, chunk]);
    const end = unfinishedCharacter(bytes);
    rest = bytes.subarray(end);
    if (end > 0) yield repaired(bytes.subarray(0, end));
  }
  if (rest.length > 0) yield repaired(rest);
}

function csvError(error: unknown, source: string, options: CsvOptions): unknown {
  if (!(error instanceof CsvError)) return error;
  const lines: unknown = (error as unknown as Record<string, unknown>)['lines'];
  const line = typeof lines === 'number' ? lines : 0;
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    return new RecordError(
      'RECORD_TOO_LONG',
      source,
      line,
      `a record is longer than ${options.maxRecordBytes} bytes. Is a quotation mark left open? If fields are ` +
        'not quoted, set quote to null; if the record is meant, raise maxRecordBytes.',
    );
  }
  return new RecordError(
    'MALFORMED_CSV',
    source,
    line,
    `malformed ${options.delimiter === '\t' ? 'TSV' : 'CSV'} (${error.code}). If fields are not quoted, set quote to null.`,
  );
}
