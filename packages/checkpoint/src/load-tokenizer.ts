// The tokenizer of a model without its weights: what transformers' `AutoTokenizer.from_pretrained` reads.
import type { WordPieceTokenizer } from '@malmoi/wordpiece';

import type { SnapshotDownloadOptions } from './hub/snapshot-download.ts';
import { TOKENIZER_PATTERNS } from './model-folder.ts';
import { resolveModelFolder } from './model-source.ts';
import { finishReplacement } from './replace-files.ts';
import { readTokenizer } from './tokenizer-files.ts';

/**
 * Reads the tokenizer of a model folder; of a repository downloads its small files alone.
 *
 * @param source a folder, or the id of a repository on the Hub (`owner/name`).
 * @returns undefined when there is none.
 * @throws {WordPieceError} for a damaged tokenizer, or one of another kind.
 * @throws {HubError} when it cannot be downloaded.
 */
export async function loadTokenizer(
  source: string,
  options: Omit<SnapshotDownloadOptions, 'allowPatterns'> = {},
): Promise<WordPieceTokenizer | undefined> {
  const folder = await resolveModelFolder(source, options, TOKENIZER_PATTERNS);
  await finishReplacement(folder);
  return readTokenizer(folder);
}
