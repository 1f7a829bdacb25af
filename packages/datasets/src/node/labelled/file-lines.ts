// Lines and bytes of a labelled file, decompressed by its extension.
import { readLines, type TextLine } from '../../corpus/read-lines.ts';
import type { CorpusWarnings } from '../../corpus/warnings.ts';
import { decompress } from '../corpus/decompress.ts';
import { fileChunks } from '../corpus/file-chunks.ts';
import { fileKind } from '../corpus/file-format.ts';

/** Longest record of a labelled file, in bytes. */
export const MAX_RECORD_BYTES = 64 << 20;

/** The bytes of a file, decompressed when it ends in .gz or .zst. */
export function fileBytes(path: string): AsyncIterable<Uint8Array> {
  const { compression } = fileKind(path);
  const chunks = fileChunks(path);
  return compression === undefined ? chunks : decompress(chunks, compression, path);
}

/** The lines of a file. A line that is too long is an error, since a record cannot be cut. */
export function fileLines(
  path: string,
  warnings: CorpusWarnings,
): AsyncIterable<readonly TextLine[]> {
  return readLines(fileBytes(path), {
    source: path,
    warnings,
    maxLineBytes: MAX_RECORD_BYTES,
    overlong: 'error',
  });
}
