// Learns a WordPiece vocabulary from texts in memory, in browsers and in Node.js.
import { countTexts, type TextSource } from './count-texts.ts';
import { learnVocabulary, type TrainedWordPiece } from './learn-vocabulary.ts';
import { resolveTrainOptions, type TrainWordPieceOptions } from './options.ts';
import { prepareScan } from './scan-setup.ts';

/**
 * Learns a WordPiece vocabulary: BERT's basic tokenizer cuts the texts into words, and merges of the most
 * frequent neighbours turn their characters into tokens, as Hugging Face's WordPieceTrainer does. The
 * same texts give the same tokens in any order, on any machine.
 *
 * @param source texts: an array, or an iterable or async iterable of strings, of any size
 * @throws TokenizerOptionError when an option is out of its range or the source is not made of strings
 * @throws EmptyCorpusError when there is no word in the texts
 * @throws the signal's reason when it is aborted
 */
export async function trainWordPiece(
  source: TextSource,
  options: TrainWordPieceOptions = {},
): Promise<TrainedWordPiece> {
  const resolved = resolveTrainOptions(options);
  const control = { onProgress: options.onProgress, signal: options.signal };
  control.signal?.throwIfAborted();
  const setup = prepareScan(resolved);
  const { table, totals } = await countTexts(source, setup.classes, control);
  return learnVocabulary({ table, totals, name: 'The texts' }, setup, resolved, control);
}
