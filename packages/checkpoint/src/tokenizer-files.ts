// The tokenizer's files in a model folder: tokenizer.json, which transformers 5 and tokenizers read, with
// tokenizer_config.json, and vocab.txt, which older readers want.
import { join } from 'node:path';

import type { SpecialTokens, Tokenizer, WordPieceTokenizer } from '@malmoi/wordpiece';
import { fromFolder } from '@malmoi/wordpiece/node';

import { errorMessage } from './error-code.ts';
import { CheckpointError } from './errors.ts';
import { isRegularFile, readTextFile } from './model-files.ts';
import {
  SPECIAL_TOKENS_FILE,
  TOKENIZER_CONFIG_FILE,
  TOKENIZER_FILE,
  VOCABULARY_FILE,
} from './model-folder.ts';

/** A tokenizer that can be written: `WordPieceTokenizer` of @malmoi/wordpiece is one. */
export interface SavableTokenizer extends Pick<Tokenizer, 'vocabSize'> {
  toTokenizerJson(): string;
  toTokenizerConfig(): string;
  toVocabText(): string;
}

/** File name → text; nothing for no tokenizer. */
export function tokenizerFiles(
  tokenizer: SavableTokenizer | undefined,
): ReadonlyMap<string, string> {
  if (tokenizer === undefined) return new Map();
  return new Map([
    [TOKENIZER_FILE, tokenizer.toTokenizerJson()],
    [TOKENIZER_CONFIG_FILE, tokenizer.toTokenizerConfig()],
    [VOCABULARY_FILE, tokenizer.toVocabText()],
  ]);
}

/**
 * The tokenizer of a folder: from tokenizer.json, else from vocab.txt; undefined when there is neither.
 *
 * @throws {WordPieceError} for files that are damaged or of another kind of tokenizer.
 * @throws {CheckpointError} for a path that is no regular file.
 */
export async function readTokenizer(folder: string): Promise<WordPieceTokenizer | undefined> {
  const hasFile = (name: string): Promise<boolean> => isRegularFile(join(folder, name));
  const hasConfig = await hasFile(TOKENIZER_CONFIG_FILE);
  if (await hasFile(TOKENIZER_FILE)) return fromFolder(folder);
  if (!(await hasFile(VOCABULARY_FILE))) return undefined;
  // tokenizer_config.json names the special tokens too; older folders have only the map.
  return fromFolder(folder, hasConfig ? {} : { specialTokens: await readSpecialTokens(folder) });
}

/** special_tokens_map.json: role → token, as a text or an object with its `content`. */
async function readSpecialTokens(folder: string): Promise<Partial<SpecialTokens>> {
  const path = join(folder, SPECIAL_TOKENS_FILE);
  const text = await readTextFile(path);
  if (text === undefined) return {};
  const map = parseMap(text, path);
  const tokens: Partial<Record<keyof SpecialTokens, string>> = {};
  for (const [key, role] of SPECIAL_TOKEN_ROLES) {
    const value = map.get(key);
    if (value === undefined) continue;
    const content: unknown =
      typeof value === 'object' && value !== null && 'content' in value ? value.content : value;
    if (typeof content !== 'string') {
      throw new CheckpointError(
        path,
        `${key} is not a token. Write it as a text, such as "[MASK]".`,
      );
    }
    tokens[role] = content;
  }
  return tokens;
}

function parseMap(text: string, path: string): ReadonlyMap<string, unknown> {
  try {
    const map: unknown = JSON.parse(text);
    if (typeof map === 'object' && map !== null) return new Map(Object.entries(map));
  } catch (error) {
    throw new CheckpointError(path, `is not JSON: ${errorMessage(error)}.`, { cause: error });
  }
  throw new CheckpointError(path, 'is not a JSON object.');
}

const SPECIAL_TOKEN_ROLES: readonly (readonly [key: string, role: keyof SpecialTokens])[] = [
  ['pad_token', 'padToken'],
  ['unk_token', 'unkToken'],
  ['cls_token', 'clsToken'],
  ['sep_token', 'sepToken'],
  ['mask_token', 'maskToken'],
];
