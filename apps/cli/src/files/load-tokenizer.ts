// The tokenizer that a flag names: a folder, a tokenizer.json or a vocab.txt.
import { stat } from 'node:fs/promises';

import type { WordPieceTokenizer } from '@malmoi/wordpiece';
import { fromFile, fromFolder } from '@malmoi/wordpiece/node';

import { CommandError } from '../errors/command-error.ts';

/**
 * Reads a tokenizer. A vocab.txt without a tokenizer_config.json is read as cased, as `malmoi vocab` learns.
 *
 * @param flag for the message
 * @throws CommandError when there is no such path; WordPieceError when it holds no tokenizer
 */
export async function loadTokenizer(path: string, flag: string): Promise<WordPieceTokenizer> {
  return (await pathKind(path, flag)) === 'folder'
    ? fromFolder(path, { lowercase: false })
    : fromFile(path, { lowercase: false });
}

/** Whether a path is a folder or a file. @throws CommandError naming the flag when it is neither */
export async function pathKind(path: string, flag: string): Promise<'folder' | 'file'> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) return 'folder';
    if (stats.isFile()) return 'file';
  } catch (cause) {
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    const problem =
      code === 'ENOENT' ? 'there is no such file or folder' : `cannot be read (${code})`;
    throw new CommandError(`${flag} ${path}: ${problem}.`, { cause });
  }
  throw new CommandError(`${flag} ${path}: expected a file or a folder, not a device or a pipe.`);
}
