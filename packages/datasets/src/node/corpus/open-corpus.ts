// A corpus: files of any supported kind as one stream of documents, in bounded memory.
import type { CorpusDocument } from '../../corpus/document.ts';
import type { CorpusPass } from '../../corpus/document-builder.ts';
import { CorpusWarnings } from '../../corpus/warnings.ts';
import { CorpusSourceError, EmptyCorpusError } from '../../errors.ts';
import {
  type CorpusOptions,
  type ResolvedCorpusOptions,
  resolveCorpusOptions,
} from './corpus-options.ts';
import type { Compression } from './decompress.ts';
import type { CorpusFormat } from './file-format.ts';
import { readSource, sourceKind } from './read-source.ts';
import { listSourceFiles, type SourceFile, STDIN } from './source-files.ts';

/** A file of a corpus. */
export interface CorpusSource {
  readonly path: string;
  readonly format: CorpusFormat | 'tar';
  readonly compression: Compression | undefined;
  /** Bytes on the disk; undefined for standard input and pipes. */
  readonly byteLength: number | undefined;
}

/**
 * Opens files, folders, globs or standard input (`-`) as a corpus. Nothing is read yet; what is missing or
 * of no known format is found here.
 *
 * @throws CorpusSourceError, DatasetsOptionError
 */
export async function openCorpus(
  sources: string | readonly string[],
  options: CorpusOptions = {},
): Promise<Corpus> {
  const resolved = resolveCorpusOptions(options);
  const list = typeof sources === 'string' ? [sources] : sources;
  if (list.length === 0) {
    throw new CorpusSourceError(
      'NO_MATCH',
      'corpus',
      'no source was named. Name a file, folder or glob.',
    );
  }
  const warnings = new CorpusWarnings();
  const files = await listSourceFiles(list, resolved.filter, warnings);
  return new Corpus(list, files, resolved, warnings);
}

/**
 * Documents of all sources, in order. Can be iterated again and again (but for standard input); each time
 * everything is read anew, and {@link Corpus.warnings} and {@link Corpus.bytesRead} start over.
 *
 * Iterating throws CorpusReadError, CorpusEncodingError, RecordError, UnsafeArchiveError,
 * UnsupportedCompressionError, and EmptyCorpusError when no source holds a sentence.
 */
export class Corpus implements AsyncIterable<CorpusDocument> {
  /** The files, in the order in which they are read. */
  readonly sources: readonly CorpusSource[];
  /** What was repaired, cut or left out in the last pass. */
  readonly warnings = new CorpusWarnings();
  private readonly names: readonly string[];
  private readonly files: readonly SourceFile[];
  private readonly options: ResolvedCorpusOptions;
  private readonly openingWarnings: CorpusWarnings;
  private bytes = 0;
  private stdinConsumed = false;

  /** Use {@link openCorpus}. */
  constructor(
    names: readonly string[],
    files: readonly SourceFile[],
    options: ResolvedCorpusOptions,
    openingWarnings: CorpusWarnings,
  ) {
    this.names = names;
    this.files = files;
    this.options = options;
    this.openingWarnings = openingWarnings;
    this.warnings.merge(openingWarnings.list());
    this.sources = files.map((file) => ({
      path: file.path,
      byteLength: file.size,
      ...sourceKind(file, options.format),
    }));
  }

  /** Bytes of all files on the disk; undefined when one is a pipe. */
  get totalBytes(): number | undefined {
    let total = 0;
    for (const { byteLength } of this.sources) {
      if (byteLength === undefined) return undefined;
      total += byteLength;
    }
    return total;
  }

  /** Bytes read from the disk in the last pass, for progress. */
  get bytesRead(): number {
    return this.bytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<CorpusDocument> {
    this.startPass();
    const { warnings, options } = this;
    const pass: CorpusPass = {
      warnings,
      nextDocument: 0,
      maxDocumentLength: options.maxDocumentLength,
    };
    const onRead = (bytes: number): void => {
      this.bytes += bytes;
    };
    for (const file of this.files) yield* readSource(file, { options, pass, onRead });
    if (pass.nextDocument === 0) throw new EmptyCorpusError(this.names.join(', '), this.describe());
  }

  private startPass(): void {
    if (this.files.some(({ path }) => path === STDIN)) {
      if (this.stdinConsumed) {
        throw new CorpusSourceError(
          'STDIN_CONSUMED',
          '<stdin>',
          'standard input can be read only once. Write it to a file to read it again.',
        );
      }
      this.stdinConsumed = true;
    }
    this.warnings.clear();
    this.warnings.merge(this.openingWarnings.list());
    this.bytes = 0;
  }

  private describe(): string {
    const read = `${this.files.length} ${this.files.length === 1 ? 'file' : 'files'}, ${this.bytes} bytes`;
    return [read, ...this.warnings.describe()].join('; ');
  }
}
