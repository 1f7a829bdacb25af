// Reads one file as documents: decompression, archive, format, in that order.
import type { CorpusDocument } from '../../corpus/document.ts';
import { type CorpusPass, DocumentBuilder } from '../../corpus/document-builder.ts';
import { jsonColumn, jsonLines } from '../../corpus/json-lines.ts';
import { plainText } from '../../corpus/plain-text.ts';
import { readLines } from '../../corpus/read-lines.ts';
import { recordDocument } from '../../corpus/record-document.ts';
import { sentencePerLine } from '../../corpus/sentence-per-line.ts';
import { CorpusSourceError, DatasetsOptionError } from '../../errors.ts';
import type { ResolvedCorpusOptions } from './corpus-options.ts';
import { csvRecords } from './csv-records.ts';
import { decompress } from './decompress.ts';
import { fileChunks } from './file-chunks.ts';
import { type CorpusFormat, type FileKind, fileKind, KNOWN_EXTENSIONS } from './file-format.ts';
import { parquetRows } from './parquet-rows.ts';
import { type SourceFile, STDIN } from './source-files.ts';
import { tarMembers } from './tar-members.ts';

/** What reading a source needs besides the source. */
export interface SourceReader {
  readonly options: ResolvedCorpusOptions;
  readonly pass: CorpusPass;
  /** Hears how many bytes were read from the disk. */
  readonly onRead: (bytes: number) => void;
}

const TEXT_FORMATS = new Set(['sentences', 'text']);

/**
 * The kind of a source. The `format` option decides for what the user named; for what was found in a folder
 * or an archive it decides only between the two text formats.
 *
 * @throws CorpusSourceError (UNKNOWN_FORMAT)
 */
export function sourceKind(
  { path, fromFolder }: SourceFile,
  format: CorpusFormat | undefined,
): FileKind & { readonly format: CorpusFormat | 'tar' } {
  if (path === STDIN) return { format: format ?? 'sentences', compression: undefined };
  const kind = fileKind(path);
  const chosen =
    fromFolder || kind.format === 'tar'
      ? foundFormat(kind.format, format)
      : (format ?? kind.format);
  if (chosen !== undefined) return { format: chosen, compression: kind.compression };
  throw new CorpusSourceError(
    'UNKNOWN_FORMAT',
    path,
    `its extension says no format. Known are ${KNOWN_EXTENSIONS.join(', ')}, also with .gz or .zst; ` +
      'or name it in the option format.',
  );
}

function foundFormat(
  own: CorpusFormat | 'tar' | undefined,
  asked: CorpusFormat | undefined,
): CorpusFormat | 'tar' | undefined {
  const isText = own !== undefined && TEXT_FORMATS.has(own);
  return isText && asked !== undefined && TEXT_FORMATS.has(asked) ? asked : own;
}

/** The documents of one source. */
export async function* readSource(
  file: SourceFile,
  reader: SourceReader,
): AsyncGenerator<CorpusDocument> {
  const { options, pass, onRead } = reader;
  const kind = sourceKind(file, options.format);
  const name = file.path === STDIN ? '<stdin>' : file.path;
  const before = pass.nextDocument;
  if (kind.format === 'parquet') yield* parquetDocuments(file.path, kind, reader);
  else {
    const raw =
      file.path === STDIN ? counted(options.stdin, onRead) : fileChunks(file.path, onRead);
    const { compression } = kind;
    const chunks = compression === undefined ? raw : decompress(raw, compression, name);
    if (kind.format === 'tar') yield* archiveDocuments(chunks, name, reader);
    else yield* textDocuments(chunks, kind.format, new DocumentBuilder(name, pass), reader);
  }
  if (pass.nextDocument === before) pass.warnings.add('emptySources', name);
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    onRead(chunk.length);
    yield chunk;
  }
}

/** Documents of the files in an archive whose format is known; the others are counted. */
async function* archiveDocuments(
  chunks: AsyncIterable<Uint8Array>,
  archive: string,
  reader: SourceReader,
): AsyncGenerator<CorpusDocument> {
  const { options, pass } = reader;
  const skip = (name: string): void => {
    pass.warnings.add('membersSkipped', `${archive}!${name}`);
  };
  for await (const member of tarMembers(chunks, archive, skip)) {
    if (!options.filter(member.name)) continue;
    const { format: own, compression } = fileKind(member.name);
    const format = foundFormat(own, options.format);
    if (format === undefined || format === 'tar' || format === 'parquet') {
      skip(member.name);
      continue;
    }
    const name = `${archive}!${member.name}`;
    const contents =
      compression === undefined ? member.chunks : decompress(member.chunks, compression, name);
    const builder = new DocumentBuilder(name, pass);
    yield* textDocuments(contents, format, builder, reader);
    if (builder.count === 0) pass.warnings.add('emptySources', name);
  }
}

/** Documents of a format that is read from its beginning to its end. */
function textDocuments(
  chunks: AsyncIterable<Uint8Array>,
  format: Exclude<CorpusFormat, 'parquet'>,
  builder: DocumentBuilder,
  { options, pass }: SourceReader,
): AsyncGenerator<CorpusDocument> {
  const { source } = builder;
  const { maxLineBytes, maxRecordBytes } = options;
  const { warnings } = pass;
  switch (format) {
    case 'sentences':
      return sentencePerLine(
        readLines(chunks, { source, warnings, maxLineBytes, overlong: 'cut' }),
        builder,
      );
    case 'text':
      return plainText(
        readLines(chunks, { source, warnings, maxLineBytes, overlong: 'cut' }),
        builder,
        options,
      );
    case 'jsonl': {
      const limits = { maxLineBytes: maxRecordBytes, overlong: 'error' } as const;
      return jsonDocuments(
        readLines(chunks, { source, warnings, ...limits }),
        builder,
        options,
        pass,
      );
    }
    case 'csv':
    case 'tsv':
      return csvDocuments(chunks, format, builder, options, pass);
  }
}

async function* jsonDocuments(
  lines: Parameters<typeof jsonLines>[0],
  builder: DocumentBuilder,
  options: ResolvedCorpusOptions,
  { warnings }: CorpusPass,
): AsyncGenerator<CorpusDocument> {
  const column = columnName(options);
  for await (const batch of jsonLines(lines, builder.source)) {
    for (const record of batch) {
      const value = jsonColumn(record, column, builder.source, 'textColumn');
      yield* recordDocument(value, record, builder, options.splitter, warnings);
    }
  }
}

async function* csvDocuments(
  chunks: AsyncIterable<Uint8Array>,
  format: 'csv' | 'tsv',
  builder: DocumentBuilder,
  options: ResolvedCorpusOptions,
  { warnings }: CorpusPass,
): AsyncGenerator<CorpusDocument> {
  const { delimiter = format === 'csv' ? ',' : '\t', header, maxRecordBytes } = options;
  const quote = options.quote === undefined ? (format === 'csv' ? '"' : null) : options.quote;
  const csvOptions = { delimiter, quote, header, maxRecordBytes };
  let index: number | undefined;
  for await (const { columns, record } of csvRecords(
    chunks,
    builder.source,
    csvOptions,
    warnings,
  )) {
    index ??= columns.indexOf(options.textColumn, 'textColumn');
    const value = columns.field(record, index, 'textColumn');
    const place = { line: record.line, byteOffset: undefined };
    yield* recordDocument(value, place, builder, options.splitter, warnings);
  }
}

async function* parquetDocuments(
  path: string,
  { compression }: FileKind,
  { options, pass, onRead }: SourceReader,
): AsyncGenerator<CorpusDocument> {
  if (compression !== undefined) {
    throw new CorpusSourceError(
      'UNKNOWN_FORMAT',
      path,
      'a Parquet file is not read through compression: it is compressed inside. Unpack it first.',
    );
  }
  if (path === STDIN) {
    throw new CorpusSourceError(
      'NOT_A_FILE',
      '<stdin>',
      'a Parquet file is read from its end; name the file instead of piping it.',
    );
  }
  const builder = new DocumentBuilder(path, pass);
  const rows = parquetRows(path, [columnName(options)], 'textColumn', onRead);
  for await (const batch of rows) {
    for (const { row, values } of batch) {
      const place = { line: row, byteOffset: undefined };
      yield* recordDocument(values[0], place, builder, options.splitter, pass.warnings);
    }
  }
}

function columnName({ textColumn }: ResolvedCorpusOptions): string {
  if (typeof textColumn === 'string') return textColumn;
  throw new DatasetsOptionError(
    'textColumn',
    textColumn,
    'a name: only CSV and TSV columns have indexes',
  );
}
