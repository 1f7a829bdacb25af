// Writes small files for tests, in a folder that is removed afterwards.
import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterAll } from '@jest/globals';
import { pack } from 'tar-stream';

import type { CorpusDocument } from '../src/index.ts';
import { type Corpus, type CorpusOptions, openCorpus } from '../src/node.ts';

/** A folder of its own for a test file. */
export class TestFolder {
  private path: string | undefined;

  constructor() {
    afterAll(async () => {
      if (this.path !== undefined) await rm(this.path, { recursive: true });
    });
  }

  /** Writes a file and returns its path. */
  async write(name: string, contents: string | Uint8Array): Promise<string> {
    const path = await this.at(name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, contents);
    return path;
  }

  /** The path of a name in the folder. */
  async at(name: string): Promise<string> {
    this.path ??= await mkdtemp(join(tmpdir(), 'malmoi-corpus-'));
    return join(this.path, name);
  }
}

/** A corpus, read to its end. */
export interface ReadCorpus {
  readonly corpus: Corpus;
  readonly documents: readonly CorpusDocument[];
  /** The sentences of each document. */
  readonly sentences: readonly (readonly string[])[];
}

export async function readCorpus(
  sources: string | readonly string[],
  options: CorpusOptions = {},
): Promise<ReadCorpus> {
  const corpus = await openCorpus(sources, options);
  const documents: CorpusDocument[] = [];
  for await (const document of corpus) documents.push(document);
  return {
    corpus,
    documents,
    sentences: documents.map((document) => document.sentences.map(({ text }) => text)),
  };
}

/** What reading a corpus throws; fails when it throws nothing. */
export async function corpusError(
  sources: string | readonly string[],
  options: CorpusOptions = {},
): Promise<unknown> {
  return thrownBy(() => readCorpus(sources, options));
}

/** What a function throws; fails when it throws nothing. */
export async function thrownBy(run: () => Promise<unknown>): Promise<unknown> {
  let result: unknown;
  try {
    result = await run();
  } catch (error) {
    return error;
  }
  throw new Error(`expected an error, got ${JSON.stringify(result)}`);
}

/** A member of an archive: a file, or what `type` says. */
export interface MemberToPack {
  readonly name: string;
  readonly contents?: string | Uint8Array;
  readonly type?: 'file' | 'symlink' | 'link' | 'directory' | 'fifo';
  readonly linkname?: string;
}

/** The bytes of a tar archive. */
export async function tarOf(members: readonly MemberToPack[]): Promise<Buffer> {
  const archive = pack();
  for (const { name, contents = '', type = 'file', linkname } of members) {
    const bytes = typeof contents === 'string' ? new TextEncoder().encode(contents) : contents;
    const header = { name, type, ...(linkname === undefined ? {} : { linkname }) };
    if (type === 'file') archive.entry({ ...header, size: bytes.length }, bytes);
    else archive.entry(header);
  }
  archive.finalize();
  const parts: Uint8Array[] = [];
  for await (const part of archive as AsyncIterable<Uint8Array>) parts.push(part);
  return Buffer.concat(parts);
}
