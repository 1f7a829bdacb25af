// The tokenizer of a model: its own, or the one that a flag names in its place.
import type { WordPieceTokenizer } from '@malmoi/wordpiece';

import { CommandError } from '../errors/command-error.ts';
import { loadTokenizer } from './load-tokenizer.ts';

/** What is known of the model. */
export interface TokenizedModel {
  /** Where it was read, for messages. */
  readonly source: string;
  readonly tokenizer: WordPieceTokenizer | undefined;
  /** Rows of its embeddings. */
  readonly vocabSize: number;
}

/**
 * The tokenizer of --tokenizer_name, or the model's own.
 *
 * @throws CommandError when there is none, or one with more tokens than the model has embeddings
 */
export async function chooseTokenizer(
  { source, tokenizer: own, vocabSize }: TokenizedModel,
  name: string | undefined,
): Promise<WordPieceTokenizer> {
  const tokenizer = name === undefined ? own : await loadTokenizer(name, '--tokenizer_name');
  if (tokenizer === undefined) {
    throw new CommandError(`${source}: there is no tokenizer in it. Name one by --tokenizer_name.`);
  }
  if (tokenizer.vocabSize <= vocabSize) return tokenizer;
  throw new CommandError(
    `${name === undefined ? `${source}: its tokenizer` : `--tokenizer_name ${name}: it`} has ` +
      `${tokenizer.vocabSize} tokens, and the model ${vocabSize} embeddings. ` +
      'Name the tokenizer that the model was trained with.',
  );
}
