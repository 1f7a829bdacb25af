import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { CorpusEncodingError, RecordError } from '../errors.ts';
import { readLines, type ReadLinesOptions, type TextLine } from './read-lines.ts';
import { CorpusWarnings } from './warnings.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Yields the bytes in chunks of the given size. */
async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    yield await Promise.resolve(bytes.slice(at, at + size));
  }
}

async function linesOf(
  input: Uint8Array | string,
  { chunkSize = 1 << 16, ...options }: Partial<ReadLinesOptions> & { chunkSize?: number } = {},
): Promise<TextLine[]> {
  const bytes = typeof input === 'string' ? bytesOf(input) : input;
  const lines: TextLine[] = [];
  const all = {
    source: 'a.txt',
    warnings: new CorpusWarnings(),
    maxLineBytes: 1 << 20,
    overlong: 'cut' as const,
  };
  for await (const batch of readLines(inChunks(bytes, chunkSize), { ...all, ...options })) {
    lines.push(...batch);
  }
  return lines;
}

const textsOf = async (...args: Parameters<typeof linesOf>): Promise<string[]> =>
  (await linesOf(...args)).map(({ text }) => text);

describe('line breaks', () => {
  test.each([
    ['nothing', '', []],
    ['no final line break', 'a\nb', ['a', 'b']],
    ['a final line break begins no line', 'a\nb\n', ['a', 'b']],
    ['blank lines', '\n\n', ['', '']],
    ['CRLF', 'a\r\nb\r\n', ['a', 'b']],
    ['mixed', 'a\rb\nc\r\nd', ['a', 'b', 'c', 'd']],
    ['CR CR LF', 'a\r\r\nb', ['a', '', 'b']],
    [
      'NEL and the line separator are characters',
      'a\u0085b\u2028c\u000bd\u000ce',
      ['a\u0085b\u2028c\u000bd\u000ce'],
    ],
    ['a byte order mark at the beginning is dropped', '\ufeffa\n\ufeffb', ['a', '\ufeffb']],
    ['only a byte order mark', '\ufeff', ['']],
  ])('%s', async (_, text, expected) => {
    for (const chunkSize of [1, 2, 3, 1000]) {
      expect(await textsOf(text, { chunkSize })).toEqual(expected);
    }
  });

  test.each([1, 2, 3, 100])(
    'lone CRs are counted, CRLF is not (chunks of %d)',
    async (chunkSize) => {
      const warnings = new CorpusWarnings();
      await linesOf('a\r\nb\rc\r\nd\r', { warnings, chunkSize });
      expect(warnings.list()).toEqual([
        { kind: 'loneCarriageReturns', count: 2, first: 'a.txt:2' },
      ]);
    },
  );

  test('any text, in chunks of any size: the same lines, numbers and byte offsets', async () => {
    const unit = fc.constantFrom(
      'a',
      '한',
      '👍',
      '\r',
      '\n',
      '\r\n',
      '\u2028',
      ' ',
      '\u1112\u1161\u11ab',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(unit, { maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        async (parts, chunkSize) => {
          const text = parts.join('');
          const lines = await linesOf(text, { chunkSize });
          const expected = text.split(/\r\n|\r|\n/);
          if (expected.at(-1) === '') expected.pop();
          expect(lines.map((line) => line.text)).toEqual(expected);
          expect(lines.map(({ line }) => line)).toEqual(expected.map((_, i) => i + 1));
          const bytes = bytesOf(text);
          for (const { byteOffset, text: line } of lines) {
            const length = bytesOf(line).length;
            expect(new TextDecoder().decode(bytes.slice(byteOffset, byteOffset + length))).toBe(
              line,
            );
          }
        },
      ),
    );
  });
});

describe('UTF-8', () => {
  test.each([1, 2, 3, 4, 7])(
    'malformed bytes are replaced and counted (chunks of %d)',
    async (chunkSize) => {
      // A lone continuation byte, a truncated Hangul syllable, an overlong slash, a real U+FFFD.
      const bytes = Uint8Array.of(
        0x61,
        0x80,
        0x0a,
        0xed,
        0x95,
        0x0a,
        0xc0,
        0xaf,
        0x0a,
        0xef,
        0xbf,
        0xbd,
        0xff,
      );
      const warnings = new CorpusWarnings();
      expect(await textsOf(bytes, { chunkSize, warnings })).toEqual([
        'a\ufffd',
        '\ufffd',
        '\ufffd\ufffd',
        '\ufffd\ufffd',
      ]);
      expect(warnings.list()).toEqual([{ kind: 'invalidUtf8', count: 5, first: 'a.txt:1' }]);
    },
  );

  test('a real U+FFFD is not a malformed one', async () => {
    const warnings = new CorpusWarnings();
    expect(await textsOf('\ufffd', { warnings })).toEqual(['\ufffd']);
    expect(warnings.list()).toEqual([]);
  });

  test('characters over chunk edges are whole', async () => {
    for (let chunkSize = 1; chunkSize < 8; chunkSize++) {
      expect(await textsOf('한국어 👩‍👩‍👧\nＡ', { chunkSize })).toEqual(['한국어 👩‍👩‍👧', 'Ａ']);
    }
  });

  test('NFD, isolated jamo and NUL pass unchanged; NULs are counted', async () => {
    const text = `${'한글'.normalize('NFD')} ㅋㅋ a\0b\0`;
    const warnings = new CorpusWarnings();
    expect(await textsOf(text, { warnings })).toEqual([text]);
    expect(warnings.list()).toEqual([{ kind: 'nulCharacters', count: 2, first: 'a.txt:1' }]);
  });
});

describe('other encodings are refused by name', () => {
  const utf16 = (text: string, mark: boolean, little: boolean): Uint8Array => {
    const units = Uint16Array.from(mark ? `\ufeff${text}` : text, (c) => c.charCodeAt(0));
    const bytes = new Uint8Array(units.buffer);
    if (!little) for (let i = 0; i < bytes.length; i += 2) bytes.subarray(i, i + 2).reverse();
    return bytes;
  };
  const cp949 = Uint8Array.from({ length: 80 }, (_, i) =>
    i % 2 === 0 ? 0xb0 + (i % 16) : 0xa1 + i,
  );

  test.each([
    ['UTF16', 'UTF-16LE', utf16('한글', true, true)],
    ['UTF16', 'UTF-16BE', utf16('한글', true, false)],
    ['UTF16', 'UTF-16LE', utf16('plain text', false, true)],
    ['UTF16', 'UTF-16BE', utf16('우리 나라 말 그리고 글', false, false)],
    ['UTF32', 'UTF-32LE', Uint8Array.of(0xff, 0xfe, 0, 0, 0x61, 0, 0, 0)],
    ['UTF32', 'UTF-32BE', Uint8Array.of(0, 0, 0xfe, 0xff, 0, 0, 0, 0x61)],
    ['EUC_KR', 'CP949 (EUC-KR)', cp949],
    ['BINARY', 'a gzip file', Uint8Array.of(0x1f, 0x8b, 8, 0)],
    ['BINARY', 'a zstd file', Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd)],
    ['BINARY', 'a zip file', Uint8Array.of(0x50, 0x4b, 3, 4)],
    ['BINARY', 'a Parquet file', bytesOf('PAR1....')],
  ])('%s: %s', async (code, encoding, bytes) => {
    for (const chunkSize of [1, 1000]) {
      const error: unknown = await linesOf(bytes, { chunkSize }).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(CorpusEncodingError);
      expect(error).toMatchObject({ code, encoding, source: 'a.txt' });
    }
  });

  test('Latin-1 is not mistaken for Korean', async () => {
    const warnings = new CorpusWarnings();
    const bytes = Uint8Array.from('café à la crème brûlée '.repeat(8), (c) => c.charCodeAt(0));
    expect(await linesOf(bytes, { warnings })).toHaveLength(1);
    expect(warnings.count('invalidUtf8')).toBe(40);
  });
});

describe('over-long lines', () => {
  test('are cut at white space, counted once each, and lose nothing', async () => {
    const warnings = new CorpusWarnings();
    const text = `짧은 줄\n${'단어 '.repeat(40)}끝\n다음 줄`;
    for (const chunkSize of [1, 5, 64, 1000]) {
      warnings.clear();
      const lines = await linesOf(text, { warnings, maxLineBytes: 32, chunkSize });
      expect(warnings.list()).toEqual([{ kind: 'linesCut', count: 1, first: 'a.txt:2' }]);
      const pieces = lines.filter(({ line }) => line === 2);
      expect(pieces.map((piece) => piece.text).join('')).toBe(`${'단어 '.repeat(40)}끝`);
      expect(pieces.every((piece) => bytesOf(piece.text).length <= 32)).toBe(true);
      expect(pieces.map(({ continued }) => continued)).toEqual(pieces.map((_, i) => i > 0));
      expect(lines.at(-1)).toMatchObject({ text: '다음 줄', line: 3, continued: false });
    }
  });

  test('without white space are cut between characters', async () => {
    const warnings = new CorpusWarnings();
    const text = '한글👍'.repeat(30);
    const pieces = await textsOf(text, { warnings, maxLineBytes: 17, chunkSize: 7 });
    expect(pieces.join('')).toBe(text);
    expect(warnings.count('invalidUtf8')).toBe(0);
  });

  test('of exactly the limit are whole', async () => {
    const warnings = new CorpusWarnings();
    expect(await textsOf(`${'a'.repeat(16)}\nb`, { warnings, maxLineBytes: 16 })).toHaveLength(2);
    expect(warnings.list()).toEqual([]);
  });

  test('are an error where a record cannot be cut', async () => {
    const reading = linesOf(`ok\n${'a'.repeat(100)}`, { maxLineBytes: 32, overlong: 'error' });
    await expect(reading).rejects.toThrow(RecordError);
    await expect(reading).rejects.toMatchObject({ code: 'RECORD_TOO_LONG', line: 2 });
  });

  test('a line of 64 MiB passes through in pieces of the limit, with no more kept than that', async () => {
    const chunk = bytesOf('가나다라 '.repeat(5000));
    const total = Math.ceil((64 << 20) / chunk.length);
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < total; i++) yield await Promise.resolve(chunk);
    }
    const warnings = new CorpusWarnings();
    const options = { source: 'a.txt', warnings, maxLineBytes: 1 << 16, overlong: 'cut' } as const;
    let bytes = 0;
    let most = 0;
    for await (const batch of readLines(endless(), options)) {
      const batchBytes = batch.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
      most = Math.max(most, batchBytes);
      bytes += batchBytes;
    }
    expect(bytes).toBe(total * chunk.length);
    expect(most).toBeLessThanOrEqual((1 << 16) + chunk.length);
    expect(warnings.count('linesCut')).toBe(1);
  });
});
