// A Hub on loopback for the tests: the parts of the HTTP API that @huggingface/hub 2.17 and the download
// speak (model info, tree, resolve with redirect to a second origin and ranges, preupload, LFS batch,
// commit, repository creation), with switches for the ways in which the real one fails.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the server saw it. */
export interface SeenRequest {
  readonly host: 'hub' | 'cdn';
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly range: string | undefined;
}

interface Repository {
  commit: string;
  readonly files: Map<string, Buffer>;
  readonly private: boolean;
}

type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => boolean;

/** Files of this size and more are LFS files: served by the other origin, named by SHA-256. */
const LFS_THRESHOLD = 1000;

export class HubServer {
  readonly requests: SeenRequest[] = [];
  readonly repositories = new Map<string, Repository>();
  readonly lfs = new Map<string, Buffer>();
  /** Token that private repositories and uploads ask for. */
  token = 'hf_right';
  /** Closes the connection after so many bytes of a file, once per entry of the list. */
  dropAfter: number[] = [];
  /** Serves these bytes instead of the right ones, for so many requests. */
  corruptResponses = 0;
  /** Answers 200 with the whole file to a range request. */
  ignoreRange = false;
  /** Runs before everything else; returns true when it has answered. */
  intercept: Handler | undefined;
  /** Sets what the tree lists for a file, to lie. */
  treeOverride: ((entry: Record<string, unknown>) => Record<string, unknown>) | undefined;

  readonly #hub: Server;
  readonly #cdn: Server;

  private constructor() {
    this.#hub = createServer((request, response) => void this.#receive('hub', request, response));
    this.#cdn = createServer((request, response) => void this.#receive('cdn', request, response));
  }

  static async start(): Promise<HubServer> {
    const server = new HubServer();
    await Promise.all([listen(server.#hub), listen(server.#cdn)]);
    return server;
  }

  async stop(): Promise<void> {
    await Promise.all([close(this.#hub), close(this.#cdn)]);
  }

  get endpoint(): string {
    return origin(this.#hub);
  }

  addRepository(name: string, files: Record<string, Buffer | string>, isPrivate = false): string {
    const contents = new Map(
      Object.entries(files).map(([path, data]) => [path, Buffer.from(data)]),
    );
    const commit = commitOf(contents);
    this.repositories.set(name, { commit, files: contents, private: isPrivate });
    return commit;
  }

  downloads(path: string): SeenRequest[] {
    return this.requests.filter(
      ({ host, url }) => host === 'hub' && url.endsWith(`/${path}`) && url.includes('/resolve/'),
    );
  }

  async #receive(
    host: SeenRequest['host'],
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    this.requests.push({
      host,
      method,
      url,
      authorization: headers.authorization,
      range: headers.range,
    });
    const body = Buffer.concat(chunks);
    if (this.intercept?.(request, response, body) === true) return;
    if (host === 'cdn') {
      this.#cdnRequest(request, response, body);
    } else {
      this.#hubRequest(request, response, body);
    }
  }

  #hubRequest(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const path = decodeURIComponent(new URL(request.url ?? '', this.endpoint).pathname);
    const authorized = request.headers.authorization === `Bearer ${this.token}`;
    if (path === '/api/repos/create') {
      this.#create(response, body, authorized);
      return;
    }
    const route =
      /^\/api\/models\/(?<name>.+?)\/(?<action>revision|tree|preupload|commit)\/(?<rest>.+)$/.exec(
        path,
      ) ??
      /^\/(?<name>.+?)\.git\/info\/lfs\/(?<action>objects)\/(?<rest>batch)$/.exec(path) ??
      /^\/(?<name>.+?)\/(?<action>resolve)\/(?<rest>.+)$/.exec(path);
    const { name = '', action = '', rest = '' } = route?.groups ?? {};
    const repository = this.repositories.get(name);
    if (repository === undefined || (repository.private && !authorized)) {
      // As the Hub does, an unknown reader cannot tell a private repository from a missing one.
      refuse(response, authorized ? 404 : 401, 'RepoNotFound', 'Repository not found');
      return;
    }
    if (action === 'revision' || action === 'tree') {
      this.#read(response, repository, name, action, rest);
      return;
    }
    if (action === 'resolve') {
      this.#resolve(request, response, repository, rest);
      return;
    }
    if (!authorized) {
      refuse(response, 401, undefined, 'Invalid credentials in Authorization header');
      return;
    }
    if (action === 'preupload') {
      json(response, preupload(body));
      return;
    }
    if (action === 'objects') {
      json(response, this.#lfsBatch(body));
      return;
    }
    this.#commit(response, repository, name, body);
  }

  #create(response: ServerResponse, body: Buffer, authorized: boolean): void {
    if (!authorized) {
      refuse(response, 401, undefined, 'Invalid credentials in Authorization header');
      return;
    }
    const { organization, name, visibility } = JSON.parse(body.toString()) as Record<
      string,
      string
    >;
    const id = `${organization ?? ''}/${name ?? ''}`;
    if (this.repositories.has(id)) {
      refuse(response, 409, undefined, 'You already created this model repo');
      return;
    }
    this.addRepository(id, {}, visibility === 'private');
    json(response, { url: `${this.endpoint}/${id}`, id });
  }

  #read(
    response: ServerResponse,
    repository: Repository,
    name: string,
    action: string,
    revision: string,
  ): void {
    if (![repository.commit, 'main', 'HEAD', 'refs/pr/1'].includes(revision)) {
      refuse(response, 404, 'RevisionNotFound', `Invalid rev id: ${revision}`);
      return;
    }
    if (action === 'revision') {
      json(response, {
        _id: '1',
        id: name,
        sha: repository.commit,
        lastModified: '2026-01-01T00:00:00Z',
      });
      return;
    }
    const entries = [...repository.files].map(([path, data]) => treeEntry(path, data));
    json(response, [
      { type: 'directory', path: 'sub', size: 0 },
      ...entries.map((e) => this.treeOverride?.(e) ?? e),
    ]);
  }

  #resolve(
    request: IncomingMessage,
    response: ServerResponse,
    repository: Repository,
    rest: string,
  ): void {
    const path = rest.slice(rest.indexOf('/') + 1);
    const data = repository.files.get(path);
    if (data === undefined) {
      refuse(response, 404, 'EntryNotFound', 'Entry not found');
      return;
    }
    if (data.length < LFS_THRESHOLD) {
      this.#sendFile(request, response, data);
      return;
    }
    const oid = sha256(data);
    this.lfs.set(oid, data);
    response
      .writeHead(302, { location: `${origin(this.#cdn)}/get/${oid}?Signature=secret-signature` })
      .end();
  }

  #cdnRequest(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const oid = /^\/(?:get|put)\/([0-9a-f]{64})/.exec(request.url ?? '')?.[1] ?? '';
    if (request.method === 'PUT') {
      this.lfs.set(sha256(body), body);
      response.writeHead(200).end();
      return;
    }
    const data = this.lfs.get(oid);
    if (data === undefined) {
      refuse(response, 403, undefined, 'expired signature');
      return;
    }
    this.#sendFile(request, response, data);
  }

  #sendFile(request: IncomingMessage, response: ServerResponse, data: Buffer): void {
    const content = this.corruptResponses > 0 ? Buffer.from(data.map((byte) => byte ^ 1)) : data;
    if (this.corruptResponses > 0) this.corruptResponses--;
    const start = this.ignoreRange
      ? 0
      : Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (start >= data.length && start > 0) {
      response.writeHead(416).end();
      return;
    }
    const part = content.subarray(start);
    response.writeHead(start > 0 ? 206 : 200, {
      'content-length': part.length,
      ...(start > 0 && { 'content-range': `bytes ${start}-${data.length - 1}/${data.length}` }),
    });
    const limit = this.dropAfter.shift();
    if (limit === undefined) {
      response.end(part);
    } else {
      // The piece is flushed to the client before the connection goes.
      response.write(part.subarray(0, limit), () => setTimeout(() => response.destroy(), 20));
    }
  }

  #lfsBatch(body: Buffer): unknown {
    const { objects } = JSON.parse(body.toString()) as { objects: { oid: string; size: number }[] };
    return {
      transfer: 'basic',
      objects: objects.map(({ oid, size }) => ({
        oid,
        size,
        ...(!this.lfs.has(oid) && {
          actions: { upload: { href: `${origin(this.#cdn)}/put/${oid}` } },
        }),
      })),
    };
  }

  #commit(response: ServerResponse, repository: Repository, name: string, body: Buffer): void {
    for (const line of body.toString().split('\n')) {
      const { key, value } = JSON.parse(line) as { key: string; value: Record<string, string> };
      const { path = '', content = '', oid = '' } = value;
      if (key === 'file') repository.files.set(path, Buffer.from(content, 'base64'));
      if (key === 'lfsFile') {
        const data = this.lfs.get(oid);
        if (data === undefined) {
          refuse(response, 400, undefined, `LFS object ${oid} was never uploaded`);
          return;
        }
        repository.files.set(path, data);
      }
    }
    repository.commit = commitOf(repository.files);
    json(response, {
      commitOid: repository.commit,
      commitUrl: `${this.endpoint}/${name}/commit/${repository.commit}`,
    });
  }
}

/** Sends a refusal the way the Hub does: status, `X-Error-Code`, `X-Error-Message`. */
export function refuse(
  response: ServerResponse,
  status: number,
  code: string | undefined,
  message: string,
): void {
  response
    .writeHead(status, {
      'content-type': 'application/json',
      'x-error-message': message,
      ...(code !== undefined && { 'x-error-code': code }),
    })
    .end(JSON.stringify({ error: message }));
}

export function sha256(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

export function gitBlobId(data: Buffer): string {
  return createHash('sha1').update(`blob ${data.length}\0`).update(data).digest('hex');
}

function treeEntry(path: string, data: Buffer): Record<string, unknown> {
  const entry = { type: 'file', path, size: data.length, oid: gitBlobId(data) };
  return data.length < LFS_THRESHOLD
    ? entry
    : {
        ...entry,
        oid: gitBlobId(Buffer.from('pointer')),
        lfs: { oid: sha256(data), size: data.length, pointerSize: 134 },
      };
}

function commitOf(files: ReadonlyMap<string, Buffer>): string {
  const hash = createHash('sha1');
  for (const [path, data] of files) hash.update(path).update(data);
  return hash.digest('hex');
}

function preupload(body: Buffer): unknown {
  const { files } = JSON.parse(body.toString()) as { files: { path: string; size: number }[] };
  return {
    files: files.map(({ path, size }) => ({
      path,
      uploadMode: size < LFS_THRESHOLD ? 'regular' : 'lfs',
    })),
  };
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function origin(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function listen(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
