// How the files of --train_file are read: the options that vocab and prepare share, and what they open.
import { type Corpus, CORPUS_FORMATS, type CorpusOptions, openCorpus } from '@malmoi/datasets/node';
import { CorpusSourceError, DatasetsOptionError } from '@malmoi/datasets';

import { CommandError } from '../errors/command-error.ts';
import { inFlags } from '../errors/in-flags.ts';
import { optionalChoice, optionalText } from '../options/option-spec.ts';

/** Options of a corpus. */
export const corpusOptions = {
  format: optionalChoice(
    { description: 'format of the files (default: by extension; .txt is a sentence per line)' },
    CORPUS_FORMATS,
  ),
  text_column: optionalText({
    description: 'column with the text, by name, in CSV and TSV also by index (default: text)',
    placeholder: 'column',
    aliases: ['text_column_name'],
  }),
};

/** Values of {@link corpusOptions}. */
export interface CorpusValues {
  readonly format: (typeof CORPUS_FORMATS)[number] | undefined;
  readonly textColumn: string | undefined;
}

/** The options of openCorpus. A column of digits is an index where columns have one. */
export function toCorpusOptions({ format, textColumn }: CorpusValues): CorpusOptions {
  const isIndex = textColumn !== undefined && /^\d+$/.test(textColumn);
  return {
    ...(format === undefined ? {} : { format }),
    ...(textColumn === undefined ? {} : { textColumn: isIndex ? Number(textColumn) : textColumn }),
  };
}

/** Opens the corpus of a command line. @throws CommandError naming the flag, when a source is missing */
export async function openTrainFiles(
  trainFile: readonly string[],
  values: CorpusValues,
  stdin: AsyncIterable<Uint8Array | string>,
): Promise<Corpus> {
  try {
    return await openCorpus(trainFile, { ...toCorpusOptions(values), stdin: bytesOf(stdin) });
  } catch (error) {
    const isNamed = error instanceof CorpusSourceError || error instanceof DatasetsOptionError;
    if (!isNamed) throw error;
    throw new CommandError(`--train_file: ${inFlags(error.message)}`, { cause: error });
  }
}

/** Standard input as bytes, also where it comes as text. */
export async function* bytesOf(
  stream: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const chunk of stream) yield typeof chunk === 'string' ? encoder.encode(chunk) : chunk;
}
