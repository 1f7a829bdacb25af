// Rows of a Parquet file, one row group at a time, with hyparquet: memory is bounded by the largest row group
// of the columns that are asked for.
import { parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

import { DatasetsError, MissingColumnError, RecordError } from '../../errors.ts';
import { openFile, type OpenFile, readRange } from './file-chunks.ts';

/** One row of the asked columns. */
export interface ParquetRow {
  /** 1-based. */
  readonly row: number;
  /** In the order in which the columns were asked for. */
  readonly values: readonly unknown[];
}

/**
 * Reads columns of a Parquet file, in batches of one row group.
 *
 * @throws MissingColumnError naming the columns there are
 * @throws RecordError (MALFORMED_PARQUET) with the row at which reading failed
 */
export async function* parquetRows(
  path: string,
  columns: readonly string[],
  option: string,
  onRead: (bytes: number) => void = () => undefined,
): AsyncGenerator<readonly ParquetRow[]> {
  const file = await openFile(path);
  try {
    yield* rowsOfGroups(file, columns, option, onRead);
  } finally {
    await file.handle.close();
  }
}

async function* rowsOfGroups(
  file: OpenFile,
  columns: readonly string[],
  option: string,
  onRead: (bytes: number) => void,
): AsyncGenerator<readonly ParquetRow[]> {
  const buffer = {
    byteLength: file.size ?? 0,
    slice: (start: number, end = file.size ?? 0) => readRange(file, start, end),
  };
  const metadata = await parsed(file.path, 0, () => parquetMetadataAsync(buffer));
  const names = parquetSchema(metadata).children.map(({ element }) => element.name);
  for (const column of columns) {
    if (!names.includes(column)) throw new MissingColumnError(file.path, 1, column, names, option);
  }
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const range = { rowStart, rowEnd };
    const rows = await parsed(file.path, rowStart + 1, () =>
      parquetReadObjects({ file: buffer, metadata, columns: [...columns], compressors, ...range }),
    );
    onRead(Number(group.total_compressed_size ?? group.total_byte_size));
    yield rows.map((row, i) => ({
      row: range.rowStart + i + 1,
      values: columns.map((column): unknown => row[column]),
    }));
    rowStart = rowEnd;
  }
}

async function parsed<T>(path: string, row: number, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DatasetsError) throw error;
    const reason = error instanceof Error ? error.message : 'unknown error';
    throw new RecordError(
      'MALFORMED_PARQUET',
      path,
      row,
      `this is not a valid Parquet file, or uses what is not supported (${reason}). Write it again.`,
    );
  }
}
