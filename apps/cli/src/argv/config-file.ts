// A JSON file as the only argument is a whole configuration, as transformers' HfArgumentParser reads one. It
// becomes the arguments that it stands for, so that one path checks both.
import { readFile } from 'node:fs/promises';

import { CommandError } from '../errors/command-error.ts';
import { UsageError } from '../errors/usage-error.ts';

/** Flags that may stand beside a configuration: they change what is printed, not what is done. */
const OUTPUT_FLAGS = new Set(['--quiet', '--json', '--verbose']);

/** The configuration file among the arguments of a command; undefined where there is none. */
export function configFileOf(args: readonly string[]): string | undefined {
  const [only, ...others] = args.filter((arg) => !OUTPUT_FLAGS.has(arg));
  if (only === undefined || others.length > 0 || only.startsWith('-')) return undefined;
  return only.toLowerCase().endsWith('.json') ? only : undefined;
}

/**
 * Reads a configuration: an object of flags by name (either spelling), with texts, numbers, booleans or lists
 * of texts and numbers as values.
 *
 * @returns arguments
 * @throws CommandError when the file cannot be read; UsageError when it holds something else
 */
export async function readConfigFile(path: string): Promise<string[]> {
  const value = parse(await readText(path), path);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(
      `${path}: expected a JSON object of flags, such as {"vocab_size": 32000}.`,
    );
  }
  return Object.entries(value).flatMap(([name, entry]) => argumentsOf(path, name, entry));
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    const problem = code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`;
    throw new CommandError(`${path}: ${problem}.`, { cause });
  }
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch (cause) {
    throw new UsageError(`${path}: it is no JSON (${(cause as Error).message}).`, { cause });
  }
}

function argumentsOf(path: string, name: string, entry: unknown): string[] {
  const values: unknown[] = Array.isArray(entry) ? entry : [entry];
  if (name === '' || values.length === 0) {
    throw new UsageError(`${path}: "${name}" names no flag, or has an empty list.`);
  }
  return values.map((value) => {
    if (typeof value === 'string' || typeof value === 'boolean') return `--${name}=${value}`;
    if (typeof value === 'number') return `--${name}=${value}`;
    const kind = value === null ? 'null' : typeof value;
    throw new UsageError(
      `${path}: "${name}" is ${kind}; expected a text, a number, true, false or a list of texts. ` +
        'Leave a flag out for its default.',
    );
  });
}
