// @malmoi/wordpiece/node: what needs Node.js: files and worker threads.
export {
  EncodedCorpus,
  encodeFiles,
  type EncodedBatch,
  type EncodeFilesOptions,
  type EncodeTotals,
} from './node/encode-files.ts';
export { fromFile, fromFolder, saveTo } from './node/tokenizer-files.ts';
export { trainWordPiece, type FileSource, type TrainFilesOptions } from './node/train-wordpiece.ts';
