// gzip and zstd, streaming. zstd is in Node.js from 22.15 (23.8) on; where it is missing that is said, with
// the version that has it.
import { pipeline, Readable, type Transform } from 'node:stream';
import * as zlib from 'node:zlib';

import { ZstdFrames } from '../../corpus/zstd-frames.ts';
import { CorpusReadError, UnsupportedCompressionError } from '../../errors.ts';
import { errorCode } from './file-chunks.ts';

export type Compression = 'gzip' | 'zstd';

/** The oldest release line of Node.js with zstd. */
const ZSTD_NODE_VERSION = '22.15.0';

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
  if (compression === 'gzip')
    yield* through(chunks, zlibModule.createGunzip(), source, compression);
  else yield* decompressZstd(chunks, source, zlibModule);
}

/** Runs chunks through a decompressor. */
async function* through(
  chunks: AsyncIterable<Uint8Array>,
  stream: Transform,
  source: string,
  compression: Compression,
): AsyncGenerator<Uint8Array> {
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

/** A decompressor for each frame: Node's stops after the first. */
async function* decompressZstd(
  chunks: AsyncIterable<Uint8Array>,
  source: string,
  { createZstdDecompress }: ZlibModule,
): AsyncGenerator<Uint8Array> {
  if (createZstdDecompress === undefined) {
    throw new UnsupportedCompressionError(source, process.version, ZSTD_NODE_VERSION);
  }
  const input = chunks[Symbol.asyncIterator]();
  const frames = new ZstdFrames();
  const next = async (): Promise<Uint8Array | undefined> => {
    const result = await input.next();
    return result.done === true ? undefined : result.value;
  };
  let rest = await next();
  async function* frame(): AsyncGenerator<Uint8Array> {
    while (rest !== undefined) {
      const end = frames.take(rest);
      yield rest.subarray(0, end);
      rest = end < rest.length ? rest.subarray(end) : await next();
      if (frames.isBetweenFrames) return;
    }
  }
  try {
    while (rest !== undefined) yield* through(frame(), createZstdDecompress(), source, 'zstd');
  } finally {
    await input.return?.();
  }
  if (!frames.isComplete) throw truncated(source, 'zstd');
}

function truncated(source: string, compression: Compression, cause?: unknown): CorpusReadError {
  return new CorpusReadError(
    'TRUNCATED',
    source,
    `the ${compression} data ends in the middle. Download or copy the file again.`,
    { cause },
  );
}

function decompressionError(error: unknown, source: string, compression: Compression): unknown {
  const code = errorCode(error) ?? '';
  if (!code.startsWith('Z') && !code.startsWith('ERR_ZLIB') && !code.startsWith('ZSTD_'))
    return error;
  if (code === 'Z_BUF_ERROR') return truncated(source, compression, error);
  return new CorpusReadError(
    'CORRUPT',
    source,
    `this is not valid ${compression} data (${code}). Download or copy the file again, or give it the extension of its kind.`,
    { cause: error },
  );
}
