// How files of raw text are read: the options that commands share, and what they open.
import { type Corpus, CORPUS_FORMATS, type CorpusOptions, openCorpus } from '@malmoi/datasets/node';
import { CorpusSourceError, DatasetsOptionError } from '@malmoi/datasets';

import { CommandError } from '../errors/command-error.ts';
import { inFlags } from '../errors/in-flags.ts';
import { optionalChoice, optionalText, type OptionValues } from '../options/option-spec.ts';

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

/** Options of what is cut into sentences and documents: shards need both. */
export const sentenceOptions = {
  language: optionalChoice(
    { description: 'split sentences by the rules of one language (default: both)' },
    ['ko', 'en'],
  ),
  document_boundary: optionalChoice(
    { description: 'where a document of format text ends (default: blank-line)' },
    ['blank-line', 'line', 'file'],
  ),
};

/** Values of {@link sentenceOptions}. */
export type SentenceValues = OptionValues<typeof sentenceOptions>;

/** The options of openCorpus that {@link sentenceOptions} come to. */
export function toSentenceOptions({ language, documentBoundary }: SentenceValues): CorpusOptions {
  return {
    ...(language === undefined ? {} : { language }),
    ...(documentBoundary === undefined ? {} : { documentBoundary }),
  };
}

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

/**
 * Opens the corpus of a command line.
 *
 * @param flag that named the files, for messages
 * @throws CommandError naming the flag, when a source is missing
 */
export async function openTextFiles(
  files: readonly string[],
  values: CorpusValues,
  stdin: AsyncIterable<Uint8Array | string>,
  flag: string,
): Promise<Corpus> {
  try {
    return await openCorpus(files, { ...toCorpusOptions(values), stdin: bytesOf(stdin) });
  } catch (error) {
    const isNamed = error instanceof CorpusSourceError || error instanceof DatasetsOptionError;
    if (!isNamed) throw error;
    throw new CommandError(`${flag}: ${inFlags(error.message)}`, { cause: error });
  }
}

/** {@link openTextFiles} of --train_file. */
export function openTrainFiles(
  trainFile: readonly string[],
  values: CorpusValues,
  stdin: AsyncIterable<Uint8Array | string>,
): Promise<Corpus> {
  return openTextFiles(trainFile, values, stdin, '--train_file');
}

/** Standard input as bytes, also where it comes as text. */
export async function* bytesOf(
  stream: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const chunk of stream) yield typeof chunk === 'string' ? encoder.encode(chunk) : chunk;
}
