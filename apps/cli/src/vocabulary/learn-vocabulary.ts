// From an opened corpus to a vocabulary, for the commands that learn one.
import type { Corpus, CorpusSource } from '@malmoi/datasets/node';
import type { TrainedWordPiece, TrainingProgress, TrainWordPieceOptions } from '@malmoi/wordpiece';
import { trainWordPiece } from '@malmoi/wordpiece/node';

import type { CommandContext } from '../command.ts';
import { formatBytes, formatCount } from '../output/format-number.ts';

/** What decides about a vocabulary; undefined where the default of the package holds. */
export interface VocabularySettings {
  readonly vocabSize: number;
  readonly minFrequency: number;
  readonly limitAlphabet: number | undefined;
  readonly specialTokens: readonly string[] | undefined;
  readonly lowercase: boolean;
  readonly stripAccents: boolean | undefined;
  readonly normalization: 'NFC' | undefined;
  readonly preprocessingNumWorkers: number | undefined;
}

/**
 * Learns a vocabulary; shows its progress. Plain text is counted by several threads, records and archives are
 * taken apart first, on this one.
 */
export function learnVocabulary(
  corpus: Corpus,
  values: VocabularySettings,
  { output, signal }: CommandContext,
): Promise<TrainedWordPiece> {
  const settings: TrainWordPieceOptions = {
    vocabSize: values.vocabSize,
    minFrequency: values.minFrequency,
    ...(values.limitAlphabet === undefined ? {} : { limitAlphabet: values.limitAlphabet }),
    ...(values.specialTokens === undefined ? {} : { specialTokens: values.specialTokens }),
    lowercase: values.lowercase,
    stripAccents: values.stripAccents ?? null,
    normalization: values.normalization,
    onProgress: (progress) => {
      output.progress(progressLine(progress, corpus.totalBytes));
    },
    signal,
  };
  if (corpus.sources.every(isPlainText)) {
    const files = corpus.sources.map(({ path }) => path);
    const { preprocessingNumWorkers } = values;
    return trainWordPiece(
      { files },
      {
        ...settings,
        ...(preprocessingNumWorkers === undefined ? {} : { threads: preprocessingNumWorkers }),
      },
    );
  }
  return trainWordPiece(textsOf(corpus), settings);
}

/** Whether the bytes of a file are its text. */
function isPlainText({ format, compression, byteLength }: CorpusSource): boolean {
  const isText = format === 'sentences' || format === 'text';
  return isText && compression === undefined && byteLength !== undefined;
}

async function* textsOf(corpus: Corpus): AsyncGenerator<string> {
  for await (const { sentences } of corpus) {
    for (const { text } of sentences) yield `${text}\n`;
  }
}

function progressLine(
  { stage, done, total }: TrainingProgress,
  totalBytes: number | undefined,
): string {
  if (stage === 'merge') {
    return `learning  ${formatCount(done)}${total === undefined ? '' : ` of ${formatCount(total)}`} tokens`;
  }
  const all = total ?? totalBytes;
  const of = all === undefined ? '' : ` of ${formatBytes(all)}`;
  return `counting words  ${formatBytes(done)}${of}`;
}
