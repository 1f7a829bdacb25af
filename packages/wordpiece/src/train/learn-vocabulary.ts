// From counted words to a vocabulary: the part of training that is the same wherever the words come from.
import { EmptyCorpusError } from '../errors.ts';
import { collectAlphabet } from './alphabet.ts';
import type { Merge } from './merge-learner.ts';
import { learnMerges, nextTurn, type TrainingControl } from './merge-words.ts';
import type { TrainedWordPieceOptions } from './options.ts';
import { reportTraining, type TrainingReport } from './report.ts';
import { rewriteWords } from './rewrite-words.ts';
import type { ScanSetup } from './scan-setup.ts';
import { initialTokens, segmentWords } from './segment-words.ts';
import { uniqueWordsOf } from './unique-words.ts';
import { trainingWarnings, type TrainingWarning } from './warnings.ts';
import type { ScanTotals } from './word-scanner.ts';
import type { WordTable } from './word-table.ts';

/** A learned vocabulary; a WordPieceTokenizer is made from it. */
export interface TrainedWordPiece {
  /** The vocabulary in the order of ids: special tokens, alphabet, merged tokens. */
  readonly tokens: readonly string[];
  /** What was merged, in order. */
  readonly merges: readonly Merge[];
  /** The settings it was learned with, defaults filled in. */
  readonly options: TrainedWordPieceOptions;
  readonly report: TrainingReport;
  readonly warnings: readonly TrainingWarning[];
}

/** A corpus after counting. */
export interface CountedCorpus {
  readonly table: WordTable;
  readonly totals: ScanTotals;
  /** What the corpus is called in messages. */
  readonly name: string;
}

/**
 * Learns a vocabulary from counted words.
 * @param corpus is used up
 * @param setup what it was counted with
 * @throws EmptyCorpusError when no word is left after normalization
 * @throws CountLimitError past 2^53 characters
 */
export async function learnVocabulary(
  corpus: CountedCorpus,
  setup: ScanSetup,
  options: TrainedWordPieceOptions,
  control: TrainingControl,
): Promise<TrainedWordPiece> {
  const rewritten = rewriteWords(corpus.table, setup, options.normalization);
  const words = uniqueWordsOf(corpus.table);
  // The table is as large as the words; whoever still holds it holds nothing.
  corpus.table.clear();
  if (words.counts.length === 0) throw new EmptyCorpusError(corpus.name);
  await nextTurn();
  control.signal?.throwIfAborted();
  const alphabet = collectAlphabet(words, options);
  const { tokens, ids } = initialTokens(alphabet, options);
  const merges = await learnMerges(segmentWords(words, ids), tokens, options, control);
  const totals = { ...corpus.totals, ...rewritten };
  const report = reportTraining(words, alphabet, tokens.tokens, options, totals);
  return {
    tokens: tokens.tokens,
    merges,
    options,
    report,
    warnings: trainingWarnings(report, tokens.size, options),
  };
}
