// @malmoi/datasets: what runs anywhere. Files and folders are read in @malmoi/datasets/node.

// Corpora
export type { CorpusDocument, CorpusSentence } from './corpus/document.ts';
export { type CorpusPass, DocumentBuilder } from './corpus/document-builder.ts';
export { jsonLines, type JsonRecord } from './corpus/json-lines.ts';
export { type DocumentBoundary, plainText, type PlainTextOptions } from './corpus/plain-text.ts';
export { readLines, type ReadLinesOptions, type TextLine } from './corpus/read-lines.ts';
export { sentencePerLine } from './corpus/sentence-per-line.ts';
export {
  CORPUS_WARNINGS,
  type CorpusWarning,
  type CorpusWarningKind,
  CorpusWarnings,
} from './corpus/warnings.ts';

// Sentences
export {
  type Sentence,
  sentenceSpans,
  type SentenceSpan,
  type SentenceSplitter,
  splitLines,
  splitSentences,
  type SplitSentencesOptions,
} from './sentences/split-sentences.ts';

// Labelled sets
export { countClasses } from './labelled/class-counts.ts';
export {
  collect,
  type ScoredPair,
  type TextExample,
  type TokenExample,
} from './labelled/examples.ts';
export { removeHtmlBreaks } from './labelled/html-breaks.ts';
export { LabelMap } from './labelled/label-map.ts';
export { lengthBuckets, type LengthBucketOptions } from './labelled/length-buckets.ts';
export { type ConllOptions, readConll } from './labelled/read-conll.ts';
export {
  type Split,
  stratifiedSplit,
  type StratifiedSplitOptions,
} from './labelled/stratified-split.ts';

// Tokenized documents and their shards
export {
  type TokenArray,
  type TokenizedDocuments,
  tokenizedDocuments,
} from './examples/tokenized-documents.ts';
export { ShardError, type ShardErrorCode } from './shards/shard-error.ts';
export type { ShardEntry, ShardIndex, SplitName } from './shards/shard-index.ts';
export { readShard, shardTensors } from './shards/token-shard.ts';

// Examples
export { CorpusTooSmallError } from './examples/corpus-too-small-error.ts';
export type { ExampleStrategy, ExampleStrategyOptions } from './examples/example-strategy.ts';
export {
  type DocumentSource,
  type ExampleCursor,
  type ExampleReference,
  ExampleStream,
  type ExampleStreamOptions,
  type ExampleWindow,
} from './examples/example-stream.ts';
export {
  type Example,
  type ExampleLabel,
  ExampleTable,
  IS_NEXT,
  NO_LABEL,
  NOT_NEXT,
  type Segment,
} from './examples/example-table.ts';
export { FullSentenceExamples } from './examples/full-sentence-examples.ts';
export {
  NextSentenceExamples,
  type NextSentenceOptions,
} from './examples/next-sentence-examples.ts';
export { SentenceOrderExamples } from './examples/sentence-order-examples.ts';
export { StaticExamples } from './examples/static-examples.ts';

// Batches
export { type Batch, BatchBuffers, type PackedBatch } from './collate/batch.ts';
export {
  IGNORE_INDEX,
  ignoredLabels,
  type WeightedLabels,
  weightedLabels,
} from './collate/dense-labels.ts';
export { describeExample, type DescribingTokenizer } from './collate/describe-example.ts';
export type { MaskingRule } from './collate/masking.ts';
export {
  exampleLength,
  MlmCollator,
  type MlmCollatorOptions,
  type Padding,
} from './collate/mlm-collator.ts';
export { type MlmTokenizer, mlmVocabulary, type MlmVocabulary } from './collate/mlm-vocabulary.ts';
export { packExamples, type Packing } from './collate/pack-examples.ts';
export { Random } from './random.ts';

// Errors
export {
  CorpusEncodingError,
  type CorpusEncodingErrorCode,
  CorpusReadError,
  type CorpusReadErrorCode,
  CorpusSourceError,
  type CorpusSourceErrorCode,
  DatasetsError,
  DatasetsOptionError,
  EmptyCorpusError,
  MissingColumnError,
  RecordError,
  type RecordErrorCode,
  UnknownLabelError,
  UnsafeArchiveError,
  UnsupportedCompressionError,
} from './errors.ts';
