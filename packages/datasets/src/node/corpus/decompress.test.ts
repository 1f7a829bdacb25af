import { PassThrough } from 'node:stream';
import * as zlib from 'node:zlib';

import { describe, expect, test } from '@jest/globals';

import { CorpusReadError, UnsupportedCompressionError } from '../../errors.ts';
import { decompress } from './decompress.ts';

async function* chunksOf(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

async function drain(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

/** A frame with one raw block: single segment, content size in one byte (RFC 8878). */
const zstdOf = (text: string): Uint8Array => {
  const bytes = new TextEncoder().encode(text);
  return Uint8Array.of(
    0x28,
    0xb5,
    0x2f,
    0xfd,
    0x20,
    bytes.length,
    (bytes.length << 3) | 1,
    bytes.length >> 5,
    0,
    ...bytes,
  );
};

describe('zstd', () => {
  const { createGunzip } = zlib;

  test('where Node.js has none: the version that has it is named', async () => {
    const reading = drain(
      decompress(chunksOf(zstdOf('글')), 'zstd', 'a.txt.zst', { createGunzip }),
    );
    await expect(reading).rejects.toThrow(UnsupportedCompressionError);
    await expect(reading).rejects.toMatchObject({ neededVersion: '22.15.0', source: 'a.txt.zst' });
    await expect(reading).rejects.toThrow(process.version);
  });

  test("this Node.js: decompresses, or says that it can't", async () => {
    const outcome = await drain(
      decompress(chunksOf(zstdOf('문장이다.')), 'zstd', 'a.txt.zst'),
    ).then(
      (bytes) => bytes.toString(),
      (error: unknown) => (error as { code?: string }).code,
    );
    expect(outcome).toBe('createZstdDecompress' in zlib ? '문장이다.' : 'ZSTD_UNSUPPORTED');
  });

  test('each frame gets a decompressor of its own', async () => {
    const bytes = Uint8Array.of(...zstdOf('하나'), ...zstdOf('둘'));
    let made = 0;
    const createZstdDecompress = (): PassThrough => {
      made++;
      return new PassThrough();
    };
    for (const chunkSize of [1, 5, 100]) {
      made = 0;
      const chunks = Array.from({ length: Math.ceil(bytes.length / chunkSize) }, (_, i) =>
        bytes.slice(i * chunkSize, (i + 1) * chunkSize),
      );
      const module = { createGunzip, createZstdDecompress };
      const out = await drain(decompress(chunksOf(...chunks), 'zstd', 'a', module));
      expect(new Uint8Array(out)).toEqual(bytes);
      expect(made).toBe(2);
    }
  });

  test('data that ends in the middle is an error, whatever the decompressor says', async () => {
    const whole = zstdOf('문장이다.');
    const module = { createGunzip, createZstdDecompress: () => new PassThrough() };
    expect(await drain(decompress(chunksOf(whole), 'zstd', 'a', module))).toHaveLength(
      whole.length,
    );
    const cut = drain(decompress(chunksOf(whole.subarray(0, -1)), 'zstd', 'a', module));
    await expect(cut).rejects.toThrow(CorpusReadError);
    await expect(cut).rejects.toMatchObject({ code: 'TRUNCATED' });
  });
});

test('an error of the input is passed on as it is', async () => {
  const failure = new CorpusReadError('FILE_CHANGED', 'a.gz', 'changed');
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(zlib.gzipSync('글').subarray(0, 5));
    throw failure;
  }
  await expect(drain(decompress(failing(), 'gzip', 'a.gz'))).rejects.toBe(failure);
});

test('a reader that stops early closes its input', async () => {
  let closed = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield await Promise.resolve(zlib.gzipSync('글'.repeat(100_000)));
    } finally {
      closed = true;
    }
  }
  for await (const chunk of decompress(endless(), 'gzip', 'a.gz')) {
    expect(chunk.length).toBeGreaterThan(0);
    break;
  }
  await new Promise((resolve) => setImmediate(resolve));
  expect(closed).toBe(true);
});
