// The index.json beside token shards: what there is, made from what, and how to tell that it is whole.
import { DatasetsError } from '../errors.ts';
import { ShardError } from './shard-error.ts';

/** The `format` of the index, and its version. */
export const INDEX_FORMAT = 'malmoi-token-shards';
export const INDEX_VERSION = 1;
/** The file name of the index. It is written last: a folder without it is not complete. */
export const INDEX_FILE = 'index.json';

/** One shard of a split. */
export interface ShardEntry {
  /** File name in the folder of the index. */
  readonly file: string;
  readonly bytes: number;
  /** SHA-256 of the file, hexadecimal. */
  readonly sha256: string;
  readonly documents: number;
  readonly sentences: number;
  readonly tokens: number;
}

/** The splits a shard set may have. */
export type SplitName = 'train' | 'validation';

/** What index.json holds, with the names it has there. */
export interface ShardIndex {
  readonly format: typeof INDEX_FORMAT;
  readonly version: typeof INDEX_VERSION;
  /** SHA-256 of inputs, tokenizer and options: equal keys, equal shards. */
  readonly cache_key: string;
  readonly tokenizer: { readonly sha256: string; readonly vocab_size: number };
  readonly splits: Readonly<Record<SplitName, readonly ShardEntry[]>>;
  /** Counts and settings, for people; nothing is decided by them. */
  readonly report: Readonly<Record<string, unknown>>;
}

/**
 * Parses and checks an index.
 *
 * @param source path, for errors
 * @throws ShardError with the code INDEX or VERSION
 */
export function parseShardIndex(text: string, source: string): ShardIndex {
  try {
    return checked(JSON.parse(text) as unknown, source);
  } catch (error) {
    if (error instanceof DatasetsError) throw error;
    throw new ShardError('INDEX', source, `it is no JSON (${String(error)})`, { cause: error });
  }
}

function checked(value: unknown, source: string): ShardIndex {
  const fail = (problem: string): never => {
    throw new ShardError('INDEX', source, problem);
  };
  const index = isRecord(value) ? value : fail('it is no JSON object');
  if (index['format'] !== INDEX_FORMAT) fail(`format is not '${INDEX_FORMAT}'`);
  if (index['version'] !== INDEX_VERSION) {
    const version = JSON.stringify(index['version']);
    throw new ShardError(
      'VERSION',
      source,
      `version is ${version}, this program reads ${INDEX_VERSION}`,
    );
  }
  if (typeof index['cache_key'] !== 'string') fail('cache_key is no string');
  const tokenizer = index['tokenizer'];
  if (!isRecord(tokenizer) || typeof tokenizer['sha256'] !== 'string')
    fail('tokenizer.sha256 is missing');
  else if (!isCount(tokenizer['vocab_size'])) fail('tokenizer.vocab_size is no count');
  const splits = index['splits'];
  if (!isRecord(splits)) return fail('splits is missing');
  for (const split of ['train', 'validation']) {
    const entries = splits[split];
    checkEntries(entries, `splits.${split}`, fail);
  }
  if (!isRecord(index['report'])) fail('report is missing');
  return index as unknown as ShardIndex;
}

/** Checks a list of entries, as files hold it. @param fail throws, saying what is wrong */
export function checkEntries(
  entries: unknown,
  where: string,
  fail: (problem: string) => never,
): void {
  if (!Array.isArray(entries)) return fail(`${where} is no list`);
  entries.forEach((entry, i) => {
    checkEntry(entry, `${where}[${i}]`, fail);
  });
}

function checkEntry(entry: unknown, where: string, fail: (problem: string) => never): void {
  if (!isRecord(entry)) return fail(`${where} is no object`);
  const { file } = entry;
  // Base names only: an index must not lead out of its folder.
  if (typeof file !== 'string' || !/^[\w-][\w.-]*\.safetensors$/.test(file)) {
    return fail(`${where}.file is no plain file name`);
  }
  if (typeof entry['sha256'] !== 'string' || !/^[0-9a-f]{64}$/.test(entry['sha256'])) {
    return fail(`${where}.sha256 is no SHA-256`);
  }
  for (const field of ['bytes', 'documents', 'sentences', 'tokens']) {
    if (!isCount(entry[field])) return fail(`${where}.${field} is no count`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
