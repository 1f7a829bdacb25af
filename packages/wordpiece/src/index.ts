// @malmoi/wordpiece: everything that runs in browsers as well as in Node.js.
export { CharacterClass, CharacterTable, type CharacterOptions } from './characters.ts';
export type { AddedToken } from './added-tokens.ts';
export type { EncodeOptions } from './encode-options.ts';
export { LineEncoder, type EncodedLines } from './encode-lines.ts';
export type { Encoding, Offsets } from './encoding.ts';
export {
  CorpusError,
  CountLimitError,
  EmptyCorpusError,
  SaveError,
  TokenizerFileError,
  TokenizerOptionError,
  UnsupportedTokenizerError,
  VocabularyError,
  WordPieceError,
  WorkerDiedError,
  type FilePlace,
} from './errors.ts';
export {
  fromHuggingFace,
  type FromHuggingFaceOptions,
  type HuggingFaceTokenizer,
} from './from-hugging-face.ts';
export { IdBuffer } from './id-buffer.ts';
export type { PaddingStrategy } from './padding.ts';
export type { PostProcessor, TemplatePiece } from './post-processor.ts';
export type {
  FileNames,
  TokenizerJsonSource,
  TrainedVocabulary,
  VocabSource,
} from './definition-sources.ts';
export type {
  SpecialTokens,
  TokenizerDefinition,
  WordPieceTokenizerOptions,
} from './tokenizer-definition.ts';
export type { DecodeOptions, Tokenizer } from './tokenizer-interface.ts';
export type { TextSource } from './train/count-texts.ts';
export type { TrainedWordPiece } from './train/learn-vocabulary.ts';
export type { Merge } from './train/merge-learner.ts';
export type {
  TrainedWordPieceOptions,
  TrainingProgress,
  TrainWordPieceOptions,
} from './train/options.ts';
export type { TrainingReport } from './train/report.ts';
export { trainWordPiece } from './train/train-wordpiece.ts';
export type { TrainingWarning } from './train/warnings.ts';
export { WordPieceTokenizer, type EncodeInput, type NewToken } from './tokenizer.ts';
export type { Side, TruncationStrategy } from './truncation.ts';
export { parseVocabText, Vocabulary } from './vocabulary.ts';
