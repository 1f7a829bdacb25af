// gzip and zstd, streaming. zstd is in Node.js from 22.15 (23.8) on; where it is missing that is said, with
// the version that has it.
import { pipeline, Readable, type Transform } from 'node:stream';
import * as zlib from 'node:zlib';

import { CorpusReadError, UnsupportedCompressionError } from '../../errors.ts';

export type Compression = 'gzip' | 'zstd';

/** The oldest release line of Node.js with zstd. */
export const ZSTD_NODE_VERSION = '22.15.0';

/** What {@link decompress} uses of `node:zlib`; the zstd part is missing in older versions. */
export interface ZlibModule {
  readonly createGunzip: () => Transform;
  readonly createZstdDecompress?: () => Transform;
}

/**
 * Decompresses chunks. Concatenated gzip members and zstd frames are read as one.
 *
 * @throws UnsupportedCompressionError for zstd where Node.js has none
 * @throws CorpusReadError (TRUNCATED, CORRUPT) for damaged data
 */
export async function* decompress(
  chunks: AsyncIterable<Uint8Array>,
  compression: Compression,
  source: string,
  zlibModule: ZlibModule = zlib,
): AsyncGenerator<Uint8Array> {
  const stream = createDecompressor(compression, source, zlibModule);
  const input = Readable.from(chunks, { objectMode: false });
  // The callback is required; the error also ends the iteration below.
  pipeline(input, stream, () => undefined);
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) yield chunk;
  } catch (error) {
    throw decompressionError(error, source, compression);
  } finally {
    input.destroy();
    stream.destroy();
  }
}

function createDecompressor(
  compression: Compression,
  source: string,
  { createGunzip, createZstdDecompress }: ZlibModule,
): Transform {
  if (compression === 'gzip') return createGunzip();
  if (createZstdDecompress === undefined) {
    throw new UnsupportedCompressionError(source, process.version, ZSTD_NODE_VERSION);
  }
  return createZstdDecompress();
}

function decompressionError(error: unknown, source: string, compression: Compression): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!code.startsWith('Z') && !code.startsWith('ERR_ZLIB') && !code.startsWith('ERR__ZSTD'))
    return error;
  if (code === 'Z_BUF_ERROR') {
    return new CorpusReadError(
      'TRUNCATED',
      source,
      `the ${compression} data ends in the middle. Download or copy the file again.`,
      { cause: error },
    );
  }
  return new CorpusReadError(
    'CORRUPT',
    source,
    `this is not valid ${compression} data (${code}). Download or copy the file again, or give it the extension of its kind.`,
    { cause: error },
  );
}
