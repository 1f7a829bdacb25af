// Safetensors on a web server, read by HTTP range requests: the header first, then each tensor when it is
// asked for. Source: RFC 9110 sections 14 (ranges) and 15.3.7 (206). A server that ignores ranges is an
// error, never a silent download of the whole file.

import { HttpRangeError } from './errors.ts';
import { PREFIX_LENGTH } from './header.ts';
import { allocateBytes, openByteSource } from './reader.ts';
import type { ByteSource, SafetensorsReader } from './reader.ts';

/** Settings of {@link openSafetensorsUrl}. */
export interface OpenSafetensorsUrlOptions {
  /** The `fetch` to use; default the global one. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** More request headers, for example `authorization`. They are never shown in errors. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends all requests of this reader when aborted. */
  readonly signal?: AbortSignal;
  /**
   * How many bytes the first request asks for, in the hope that the whole header is in them; default
   * 65,536, at least 8.
   */
  readonly prefetchBytes?: number;
}

const DEFAULT_PREFETCH = 65_536;

/**
 * Opens a safetensors file on a web server that supports range requests.
 *
 * @throws {HttpRangeError} when the server answers with anything but the range that was asked for, or the
 *   file changes between two requests.
 * @throws {SafetensorsHeaderError} when the file is not valid.
 */
export async function openSafetensorsUrl(
  url: string | URL,
  options: OpenSafetensorsUrlOptions = {},
): Promise<SafetensorsReader> {
  const prefetch = Math.max(PREFIX_LENGTH, Math.floor(options.prefetchBytes ?? DEFAULT_PREFETCH));
  const client = new RangeClient(String(url), options);
  const first = await client.fetchRange(0, prefetch, true);
  return openByteSource(new HttpSource(client, first));
}

class HttpSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly #client: RangeClient;
  /** The start of the file, which the first request brought. */
  readonly #start: Uint8Array;

  constructor(client: RangeClient, first: FetchedRange) {
    this.name = client.shownUrl;
    this.size = first.total;
    this.#client = client;
    this.#start = first.bytes;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    if (length === 0) return new Uint8Array(); // no range request can ask for nothing
    // A copy, so that tensors do not share memory with each other.
    if (offset + length <= this.#start.length) return this.#start.slice(offset, offset + length);
    return (await this.#client.fetchRange(offset, length, false)).bytes;
  }

  /** Every request has ended already. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

interface FetchedRange {
  readonly bytes: Uint8Array;
  /** Size of the whole file. */
  readonly total: number;
}

/** What tells one version of a file on a server from another. */
interface FileVersion {
  readonly total: number;
  readonly etag: string | null;
}

class RangeClient {
  /** The URL without what may be secret: user, password, query and fragment. */
  readonly shownUrl: string;
  readonly #url: string;
  readonly #options: OpenSafetensorsUrlOptions;
  #version: FileVersion | undefined;

  constructor(url: string, options: OpenSafetensorsUrlOptions) {
    this.#url = url;
    this.#options = options;
    this.shownUrl = url.replace(/[?#].*$/s, '').replace(/\/\/[^/]*@/, '//');
  }

  /**
   * Fetches `length` bytes from `offset`.
   *
   * @param mayBeShort whether the file may end earlier.
   */
  async fetchRange(offset: number, length: number, mayBeShort: boolean): Promise<FetchedRange> {
    const response = await this.#request(offset, length);
    try {
      if (response.status === 416 && offset === 0 && contentRangeTotal(response) === 0) {
        return { bytes: new Uint8Array(), total: 0 };
      }
      const total = this.#checkResponse(response, offset, length, mayBeShort);
      const expected = Math.min(length, total - offset);
      return { bytes: await this.#readBody(response, expected), total };
    } finally {
      // A body that was not read to its end would keep the connection; one that was is already closed.
      if (response.body?.locked === false) await response.body.cancel();
    }
  }

  async #request(offset: number, length: number): Promise<Response> {
    const { fetch = globalThis.fetch, headers, signal } = this.#options;
    const range = `bytes=${offset}-${offset + length - 1}`;
    try {
      return await fetch(this.#url, {
        headers: { ...headers, range, 'accept-encoding': 'identity' },
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      throw this.#error(undefined, 'the request failed. Check the address and the network.', error);
    }
  }

  /** Checks status and headers; returns the size of the whole file. */
  #checkResponse(response: Response, offset: number, length: number, mayBeShort: boolean): number {
    const { status } = response;
    if (status === 200) {
      throw this.#error(
        status,
        'the server ignores range requests (it sent 200 in place of 206). Download the file and open ' +
          'it with openSafetensors.',
      );
    }
    if (status !== 206) throw this.#error(status, `the server answered ${status}, not 206.`);
    const encoding = response.headers.get('content-encoding') ?? 'identity';
    if (encoding !== 'identity') {
      throw this.#error(
        status,
        `the answer is encoded as ${encoding}; its bytes are not the file's.`,
      );
    }
    const shown = response.headers.get('content-range');
    const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(shown ?? '');
    if (range === null) {
      throw this.#error(
        status,
        `Content-Range is ${shown ?? 'absent'}, not "bytes first-last/size". Across origins the ` +
          'server must also list it in Access-Control-Expose-Headers.',
      );
    }
    const [first, last, total] = range.slice(1).map(Number) as [number, number, number];
    const wanted = mayBeShort ? Math.min(length, total) : length;
    if (!Number.isSafeInteger(total) || first !== offset || last !== offset + wanted - 1) {
      throw this.#error(
        status,
        `asked for ${wanted} bytes from ${offset}, got Content-Range ${range[0]}.`,
      );
    }
    this.#checkVersion({ total, etag: response.headers.get('etag') }, status);
    return total;
  }

  #checkVersion(version: FileVersion, status: number): void {
    this.#version ??= version;
    if (version.total !== this.#version.total || version.etag !== this.#version.etag) {
      throw this.#error(status, 'the file changed on the server while it was open. Open it again.');
    }
  }

  /** Reads exactly `length` bytes; stops at the first byte too many, so memory stays bounded. */
  async #readBody(response: Response, length: number): Promise<Uint8Array> {
    const bytes = allocateBytes(length, this.shownUrl);
    let filled = 0;
    const body = response.body?.getReader();
    try {
      for (;;) {
        const chunk = await body?.read();
        if (chunk === undefined || chunk.done) break;
        const value = chunk.value as Uint8Array;
        if (filled + value.length > length) {
          await body?.cancel();
          throw this.#error(
            response.status,
            `the server sent more than the ${length} bytes asked for.`,
          );
        }
        bytes.set(value, filled);
        filled += value.length;
      }
    } catch (error) {
      if (error instanceof HttpRangeError) throw error;
      throw this.#error(
        response.status,
        `the connection broke after ${filled} of ${length} bytes.`,
        error,
      );
    }
    if (filled !== length) {
      throw this.#error(response.status, `the server sent ${filled} of ${length} bytes.`);
    }
    return bytes;
  }

  #error(status: number | undefined, message: string, cause?: unknown): HttpRangeError {
    return new HttpRangeError(this.shownUrl, status, message, cause === undefined ? {} : { cause });
  }
}

/** The size in a `Content-Range: bytes * /size` header (RFC 9110 section 14.4), or undefined. */
function contentRangeTotal(response: Response): number | undefined {
  const match = /^bytes \*\/(\d+)$/.exec(response.headers.get('content-range') ?? '');
  return match === null ? undefined : Number(match[1]);
}
