// Reads the files of a tar archive in place, one after the other, without unpacking. Names that lead outside
// of the archive are refused; links, devices and the like are never followed.
import { Readable } from 'node:stream';

import { extract, type Extract, type Header } from 'tar-stream';

import { CorpusReadError, DatasetsError, UnsafeArchiveError } from '../../errors.ts';

/** A member as tar-stream gives it: its header, and a stream of its bytes. */
type Entry = Extract extends AsyncIterable<infer Member> ? Member : never;

/** A file in an archive. Its chunks can be read until the next member is asked for. */
export interface TarMember {
  /** Path in the archive, with `/`. */
  readonly name: string;
  readonly size: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * The regular files of an archive, in its order.
 *
 * @param onOther hears of each member that is neither a file nor a directory
 * @throws UnsafeArchiveError for an absolute name or one with `..`
 * @throws CorpusReadError (TRUNCATED, CORRUPT) for a damaged archive
 */
export async function* tarMembers(
  chunks: AsyncIterable<Uint8Array>,
  source: string,
  onOther: (name: string) => void = () => undefined,
): AsyncGenerator<TarMember> {
  const archive = extract();
  // A streamx stream, which Node's `pipeline` does not know: errors are passed on by hand.
  const input = Readable.from(chunks, { objectMode: false });
  input.on('error', (error) => {
    archive.destroy(error);
  });
  input.pipe(archive);
  try {
    for await (const entry of archive) {
      const { header } = entry;
      checkName(header.name, source);
      if (isRegularFile(header)) {
        yield { name: header.name, size: header.size, chunks: contents(entry, source) };
      } else if (header.type !== 'directory') onOther(header.name);
      entry.resume();
    }
  } catch (error) {
    throw archiveError(error, source);
  } finally {
    input.destroy();
    archive.destroy();
  }
}

/** The bytes of a member; what is wrong with the archive is said in this package's terms. */
async function* contents(entry: Entry, source: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of entry as AsyncIterable<Uint8Array>) yield chunk;
  } catch (error) {
    throw archiveError(error, source);
  }
}

const isRegularFile = ({ type }: Header): boolean => type === 'file' || type === 'contiguous-file';

function checkName(name: string, source: string): void {
  const reason = unsafeReason(name);
  if (reason !== undefined) throw new UnsafeArchiveError(source, name, reason);
}

/** Why a name in an archive is refused; undefined for a sound one. */
function unsafeReason(name: string): string | undefined {
  if (name === '') return 'has no name';
  if (name.includes('\0')) return 'has a NUL in its name';
  if (name.startsWith('/') || name.startsWith('\\')) return 'has an absolute name';
  if (/^[A-Za-z]:/.test(name)) return 'names a drive';
  if (name.split(/[/\\]/).includes('..')) return 'leads out of the archive with ".."';
  return undefined;
}

function archiveError(error: unknown, source: string): unknown {
  if (error instanceof DatasetsError) return error;
  const reason = error instanceof Error ? error.message : 'unknown error';
  if (reason === 'Unexpected end of data' || reason === 'Premature close') {
    return new CorpusReadError(
      'TRUNCATED',
      source,
      'the archive ends in the middle of a file. Download or copy it again.',
      { cause: error },
    );
  }
  return new CorpusReadError(
    'CORRUPT',
    source,
    `this is not a valid tar archive (${reason}). Download or copy it again.`,
    { cause: error },
  );
}
