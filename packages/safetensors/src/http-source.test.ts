import { describe, expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { HttpRangeError, SafetensorsHeaderError } from './errors.ts';
import { openSafetensorsUrl } from './http-source.ts';
import { serializeSafetensors } from './writer.ts';

const file = serializeSafetensors([
  ['big', { dtype: 'F32', shape: [100], data: Float32Array.from({ length: 100 }, (_, i) => i) }],
  ['empty', { dtype: 'U8', shape: [0], data: new Uint8Array() }],
  ['small', { dtype: 'U8', shape: [2], data: Uint8Array.of(1, 2) }],
]);
const URL_WITH_SECRETS = 'https://user:hunter2@example.test/m.safetensors?token=hunter2#hunter2';

/** What a server answers to a request for the bytes `first` to `last`. */
type Answer = (range: { first: number; last: number }, request: number) => Response;

/** A `fetch` that answers as told, and notes the ranges it was asked for. */
function fakeServer(answer: Answer): {
  ranges: string[];
  fetch: (url: string, init: RequestInit) => Promise<Response>;
} {
  const ranges: string[] = [];
  const fetch = (_: string, init: RequestInit): Promise<Response> => {
    const range = new Headers(init.headers).get('range') ?? '';
    const [first = NaN, last = NaN] = range.replace('bytes=', '').split('-').map(Number);
    return Promise.resolve(answer({ first, last }, ranges.push(range)));
  };
  return { ranges, fetch };
}

/** A correct answer; `changes` replaces parts of it. */
function partial(
  { first, last }: { first: number; last: number },
  changes: { body?: Uint8Array; status?: number; headers?: Record<string, string> } = {},
): Response {
  const end = Math.min(last, file.length - 1);
  return new Response(changes.body ?? file.slice(first, end + 1), {
    status: changes.status ?? 206,
    headers: {
      'content-range': `bytes ${first}-${end}/${file.length}`,
      etag: '"1"',
      ...changes.headers,
    },
  });
}

describe('openSafetensorsUrl', () => {
  test('fetches the header, then only the tensors that are asked for', async () => {
    const { fetch, ranges } = fakeServer((range) => partial(range));
    const reader = await openSafetensorsUrl(URL_WITH_SECRETS, { fetch, prefetchBytes: 100 });
    const dataStart = file.length - 402;
    expect(ranges).toEqual(['bytes=0-99', `bytes=0-${dataStart - 1}`]);
    expect((await reader.tensor('small')).data).toEqual(Uint8Array.of(1, 2));
    expect((await reader.rows('big', 98, 100)).data).toEqual(Float32Array.of(98, 99));
    expect((await reader.tensor('empty')).data).toEqual(new Uint8Array());
    expect(ranges.slice(2)).toEqual([
      `bytes=${dataStart + 400}-${dataStart + 401}`,
      `bytes=${dataStart + 392}-${dataStart + 399}`,
    ]);
    expect(reader.source).toBe('https://example.test/m.safetensors');
    await reader.close();
  });

  test('needs one request when the file is smaller than the first range', async () => {
    const { fetch, ranges } = fakeServer((range) => partial(range));
    const reader = await openSafetensorsUrl('https://example.test/m', { fetch });
    expect((await reader.tensor('big')).data.length).toBe(100);
    expect(ranges).toEqual(['bytes=0-65535']);
  });

  const total = file.length;
  const wrong: [string, Answer, string][] = [
    ['ignores ranges', () => new Response(file), 'the server ignores range requests'],
    ['says 404', () => new Response('', { status: 404 }), 'the server answered 404'],
    [
      'has no Content-Range',
      (r) => partial(r, { headers: { 'content-range': '' } }),
      'Content-Range is',
    ],
    [
      'does not know the size',
      (r) => partial(r, { headers: { 'content-range': 'bytes 0-99/*' } }),
      'Content-Range is bytes 0-99/*',
    ],
    [
      'sends another range',
      (r) => partial(r, { headers: { 'content-range': `bytes 1-100/${total}` } }),
      'asked for 100 bytes from 0',
    ],
    [
      'sends a shorter range',
      (r) => partial(r, { headers: { 'content-range': `bytes 0-98/${total}` } }),
      'asked for 100 bytes from 0',
    ],
    [
      'has an impossible size',
      (r) => partial(r, { headers: { 'content-range': 'bytes 0-99/99999999999999999' } }),
      'asked for 100 bytes from 0',
    ],
    [
      'compresses',
      (r) => partial(r, { headers: { 'content-encoding': 'gzip' } }),
      'encoded as gzip',
    ],
    ['sends too few bytes', (r) => partial(r, { body: new Uint8Array(7) }), 'sent 7 of 100 bytes'],
    [
      'sends too many bytes',
      (r) => partial(r, { body: new Uint8Array(101) }),
      'sent more than the 100 bytes',
    ],
    ['sends no body', (r) => partial(r, { body: new Uint8Array() }), 'sent 0 of 100 bytes'],
    [
      'breaks off',
      (r) => {
        const body = new ReadableStream({
          start: (controller) => {
            controller.enqueue(new Uint8Array(3));
            controller.error(new Error('reset'));
          },
        });
        return new Response(body, partial(r));
      },
      'the connection broke after',
    ],
  ];

  test.each(wrong)('refuses a server that %s', async (_, answer, message) => {
    const { fetch } = fakeServer(answer);
    const opened = openSafetensorsUrl(URL_WITH_SECRETS, { fetch, prefetchBytes: 100 });
    await expect(opened).rejects.toThrow(HttpRangeError);
    await expect(opened).rejects.toThrow(message);
    await expect(opened).rejects.not.toThrow('hunter2');
  });

  test.each([
    ['etag', { etag: '"2"' }],
    ['size', { 'content-range': `bytes ${total - 2}-${total - 1}/${total + 1}` }],
  ])('refuses a file whose %s changes between requests', async (_, headers) => {
    const { fetch } = fakeServer((range, request) =>
      partial(range, request > 2 ? { headers } : {}),
    );
    const reader = await openSafetensorsUrl('https://example.test/m', { fetch, prefetchBytes: 8 });
    await expect(reader.tensor('small')).rejects.toThrow('the file changed on the server');
  });

  test('a request that fails is an error with its cause', async () => {
    const cause = new TypeError('fetch failed');
    const fetch = (): Promise<Response> => Promise.reject(cause);
    const opened = openSafetensorsUrl(URL_WITH_SECRETS, { fetch });
    await expect(opened).rejects.toMatchObject({
      name: 'HttpRangeError',
      cause,
      status: undefined,
    });
  });

  test('an empty file breaks rule 1', async () => {
    const fetch = (): Promise<Response> =>
      Promise.resolve(new Response('', { status: 416, headers: { 'content-range': 'bytes */0' } }));
    const opened = openSafetensorsUrl('https://example.test/m', { fetch });
    await expect(opened).rejects.toThrow(SafetensorsHeaderError);
    await expect(opened).rejects.toMatchObject({ rule: 1 });
  });

  test('works through the platform fetch, sends headers and heeds the signal', async () => {
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      const [first = 0, last = 0] = (request.headers.range ?? '')
        .replace('bytes=', '')
        .split('-')
        .map(Number);
      const end = Math.min(last, file.length - 1);
      response.writeHead(206, { 'content-range': `bytes ${first}-${end}/${file.length}` });
      response.end(file.subarray(first, end + 1));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/m`);
      const abort = new AbortController();
      const reader = await openSafetensorsUrl(url, {
        headers: { authorization: 'Bearer canary' },
        signal: abort.signal,
        prefetchBytes: 8,
      });
      expect((await reader.tensor('small')).data).toEqual(Uint8Array.of(1, 2));
      expect(new Set(seen)).toEqual(new Set(['Bearer canary']));
      abort.abort();
      await expect(reader.tensor('small')).rejects.toThrow('the request failed');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
