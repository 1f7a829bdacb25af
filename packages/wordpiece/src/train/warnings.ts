// What a caller should know about a training that went through: each with its figure and what to do.
import type { TrainedWordPieceOptions } from './options.ts';
import type { TrainingReport } from './report.ts';

/** Something to look at after training; training itself went through. */
export interface TrainingWarning {
  readonly kind:
    | 'unknown-characters'
    | 'not-nfc'
    | 'invalid-utf8'
    | 'cut-words'
    | 'vocabulary-too-small'
    | 'vocabulary-not-filled';
  /** The figure it is about: a rate, or how many. */
  readonly value: number;
  /** One sentence or two: what happened and what to do. */
  readonly message: string;
}

/** More of the corpus than this turned into [UNK] is worth a warning. */
const UNKNOWN_LIMIT = 0.001;
/** More of the corpus than this not in NFC is worth a warning. */
const NOT_NFC_LIMIT = 0.001;

const percent = (rate: number): string => `${(100 * rate).toFixed(2)} %`;

/** The warnings that a report gives rise to. */
export function trainingWarnings(
  report: TrainingReport,
  tokenCount: number,
  options: TrainedWordPieceOptions,
): TrainingWarning[] {
  const { unkToken, limitAlphabet, vocabSize, maxInputCharsPerWord } = options;
  const warnings: TrainingWarning[] = [];
  const warnIf = (
    isTrue: boolean,
    kind: TrainingWarning['kind'],
    value: number,
    message: string,
  ): void => {
    if (isTrue) warnings.push({ kind, value, message });
  };
  warnIf(
    report.unknownCharacterRate > UNKNOWN_LIMIT,
    'unknown-characters',
    report.unknownCharacterRate,
    `${percent(report.unknownCharacterRate)} of the corpus's characters become ${unkToken}: they stand ` +
      `in words with a character outside the alphabet (limitAlphabet: ${limitAlphabet ?? 'default'}; ` +
      `${report.alphabetSize} kept) or in words of more than ${maxInputCharsPerWord} characters. ` +
      'Raise limitAlphabet; Infinity keeps every character.',
  );
  warnIf(
    report.notNfcRate > NOT_NFC_LIMIT && options.normalization === undefined,
    'not-nfc',
    report.notNfcRate,
    `${percent(report.notNfcRate)} of the words are not in NFC (decomposed Hangul, say), and are learned ` +
      "as different from their composed spelling. Set normalization: 'NFC' to compose them.",
  );
  warnIf(
    report.invalidSequences > 0,
    'invalid-utf8',
    report.invalidSequences,
    `${report.invalidSequences} byte sequences were not UTF-8 and were read as U+FFFD. ` +
      'Check the encoding of the files.',
  );
  warnIf(
    report.cuts > 0,
    'cut-words',
    report.cuts,
    `${report.cuts} cuts were made in runs of more than 4,096 bytes without white space or punctuation.`,
  );
  warnIf(
    tokenCount > vocabSize,
    'vocabulary-too-small',
    tokenCount,
    `Special tokens and alphabet alone are ${tokenCount} tokens, more than the vocabSize ${vocabSize}; ` +
      'nothing was merged. Raise vocabSize or lower limitAlphabet.',
  );
  warnIf(
    tokenCount < vocabSize,
    'vocabulary-not-filled',
    tokenCount,
    `The vocabulary has ${tokenCount} tokens instead of ${vocabSize}: no other pair occurs ` +
      `${Math.max(1, options.minFrequency)} times. Give more text or lower minFrequency.`,
  );
  return warnings;
}
