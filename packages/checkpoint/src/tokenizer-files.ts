// The tokenizer's files in a model folder: tokenizer.json, which transformers 5 and tokenizers read, with
// tokenizer_config.json, and vocab.txt, which older readers want.
import { join } from 'node:path';

import { type Tokenizer, WordPieceTokenizer } from '@malmoi/wordpiece';

import { readTextFile } from './model-files.ts';
import { TOKENIZER_CONFIG_FILE, TOKENIZER_FILE, VOCABULARY_FILE } from './model-folder.ts';

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
 */
export async function readTokenizer(folder: string): Promise<WordPieceTokenizer | undefined> {
  const files = {
    tokenizer: join(folder, TOKENIZER_FILE),
    config: join(folder, TOKENIZER_CONFIG_FILE),
  };
  const tokenizer = await readTextFile(files.tokenizer);
  const config = await readTextFile(files.config);
  if (tokenizer !== undefined)
    return WordPieceTokenizer.fromTokenizerJson(tokenizer, config, files);
  const vocab = await readTextFile(join(folder, VOCABULARY_FILE));
  return vocab === undefined
    ? undefined
    : WordPieceTokenizer.fromVocab(vocab, {}, join(folder, VOCABULARY_FILE));
}
