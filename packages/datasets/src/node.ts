// @malmoi/datasets/node: what needs Node.js: files, folders, archives, worker threads.

// Corpora
export type { CorpusOptions } from './node/corpus/corpus-options.ts';
export type { Compression } from './node/corpus/decompress.ts';
export { CORPUS_FORMATS, type CorpusFormat } from './node/corpus/file-format.ts';
export { Corpus, type CorpusSource, openCorpus } from './node/corpus/open-corpus.ts';
export { type TarMember, tarMembers } from './node/corpus/tar-members.ts';

// Labelled sets
export { type ImdbExample, type ImdbOptions, readImdb } from './node/labelled/imdb.ts';
export {
  type KlueNliExample,
  type KlueStsExample,
  readKlueNer,
  readKlueNli,
  readKlueSts,
} from './node/labelled/klue.ts';
export {
  type LabelledFileOptions,
  readConllFile,
  readLabelledFile,
} from './node/labelled/labelled-file.ts';
export { type NsmcExample, readNsmc } from './node/labelled/nsmc.ts';

// Token shards
export {
  FolderLockedError,
  type FolderLock,
  lockFolder,
  type LockFolderOptions,
  type LockHolder,
} from './node/folder-lock.ts';
export { prepareCorpus, type PrepareCorpusOptions } from './node/prepare/prepare-corpus.ts';
export {
  prepareDocuments,
  type PreparedCorpus,
  type PrepareInput,
} from './node/prepare/prepare-documents.ts';
export { PrepareError, type PrepareErrorCode } from './node/prepare/prepare-errors.ts';
export type {
  PrepareOptions,
  PrepareProgressReport,
  ShardOptions,
} from './node/prepare/prepare-options.ts';
export { type PrepareReport, reportLines } from './node/prepare/prepare-report.ts';
export { tokenizerSha256 } from './node/prepare/tokenizer-sha256.ts';
export {
  openTokenShards,
  type OpenTokenShardsOptions,
  TokenShards,
  type TokenShardSet,
} from './node/shards/open-token-shards.ts';
export { writeExamples, type WriteExamplesOptions } from './node/examples/write-examples.ts';
