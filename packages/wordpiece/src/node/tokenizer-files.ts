// Tokenizers from and to the files of a Hugging Face model folder: tokenizer.json, tokenizer_config.json,
// vocab.txt.
import { mkdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { definitionFromVocabAndConfig } from '../definition-sources.ts';
import { TokenizerFileError } from '../errors.ts';
import type { WordPieceTokenizerOptions } from '../tokenizer-definition.ts';
import { WordPieceTokenizer } from '../tokenizer.ts';
import { errorCode, saveError, writeFileDurably } from './write-file.ts';

const TOKENIZER = 'tokenizer.json';
const CONFIG = 'tokenizer_config.json';
const VOCAB = 'vocab.txt';

/**
 * Reads a folder's tokenizer.json, or, where there is none, its vocab.txt; tokenizer_config.json is used
 * with either.
 *
 * @param options for a vocab.txt without tokenizer_config.json; elsewhere the files decide
 * @throws TokenizerFileError, UnsupportedTokenizerError or VocabularyError naming the file
 */
export async function fromFolder(
  folder: string,
  options?: WordPieceTokenizerOptions,
): Promise<WordPieceTokenizer> {
  const [tokenizer, vocab] = [join(folder, TOKENIZER), join(folder, VOCAB)];
  const tokenizerText = await readIfThere(tokenizer);
  if (tokenizerText !== undefined) return fromJsonText(tokenizerText, tokenizer);
  const vocabText = await readIfThere(vocab);
  if (vocabText !== undefined) return fromVocabText(vocabText, vocab, options);
  throw new TokenizerFileError(folder, '', `expected a ${TOKENIZER} or a ${VOCAB} in this folder.`);
}

/**
 * Reads a tokenizer.json (any name that ends in .json) or a vocab.txt (any other name), and the
 * tokenizer_config.json beside it where there is one. Parameters and errors as for fromFolder.
 */
export async function fromFile(
  file: string,
  options?: WordPieceTokenizerOptions,
): Promise<WordPieceTokenizer> {
  const text = await readIfThere(file);
  if (text === undefined) throw new TokenizerFileError(file, '', 'there is no such file.');
  return basename(file).endsWith('.json')
    ? fromJsonText(text, file)
    : fromVocabText(text, file, options);
}

/**
 * Writes vocab.txt, tokenizer_config.json and tokenizer.json, which transformers' AutoTokenizer loads.
 * Each file is replaced whole or not at all; the folder is made where it is missing.
 *
 * @throws SaveError with the path and the system's reason
 */
export async function saveTo(tokenizer: WordPieceTokenizer, folder: string): Promise<void> {
  const files: [string, string][] = [
    [VOCAB, tokenizer.toVocabText()],
    [CONFIG, tokenizer.toTokenizerConfig()],
    [TOKENIZER, tokenizer.toTokenizerJson()],
  ];
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw saveError(folder, cause);
  });
  for (const [name, text] of files) await writeFileDurably(join(folder, name), text);
}

async function fromJsonText(text: string, file: string): Promise<WordPieceTokenizer> {
  const config = join(dirname(file), CONFIG);
  return WordPieceTokenizer.fromTokenizerJson(text, await readIfThere(config), {
    tokenizer: file,
    config,
  });
}

async function fromVocabText(
  text: string,
  file: string,
  options?: WordPieceTokenizerOptions,
): Promise<WordPieceTokenizer> {
  const config = join(dirname(file), CONFIG);
  const configText = await readIfThere(config);
  if (configText === undefined) return WordPieceTokenizer.fromVocab(text, options, file);
  const files = { vocab: file, config };
  return new WordPieceTokenizer(definitionFromVocabAndConfig(text, configText, files));
}

/** @returns undefined when there is no such file */
async function readIfThere(file: string): Promise<string | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    const code = errorCode(cause);
    if (code === 'ENOENT') return undefined;
    throw new TokenizerFileError(file, '', `cannot be read (${code}).`, { cause });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new TokenizerFileError(file, '', 'is not UTF-8.', { cause });
  }
}
