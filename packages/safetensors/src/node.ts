// @malmoi/safetensors/node: safetensors files and model folders on disk, and durable writing for any file.

export { FolderExistsError, writeFolderDurably } from './node/durable-folder.ts';
export {
  isTemporaryName,
  removeFileDurably,
  syncFolder,
  writeFileDurably,
} from './node/durable-write.ts';
export type {
  DurableContent,
  DurableWriteOptions,
  DurableWriteResult,
} from './node/durable-write.ts';
export { DurableWriteError } from './node/durable-write-error.ts';
export type { DurableStep } from './node/durable-write-error.ts';
export type { DurableFileHandle, DurableFileSystem } from './node/file-system.ts';
export { nodeFileSystem } from './node/file-system.ts';
export { openSafetensorsFile } from './node/file-source.ts';
export type { OpenFileOptions } from './node/file-source.ts';
export { INDEX_FILE, MODEL_FILE, openSafetensorsModel, readShardIndex } from './node/open-model.ts';
export type { OpenModelOptions } from './node/open-model.ts';
export { saveSafetensorsFile } from './node/save-file.ts';
export type { SaveFileOptions } from './node/save-file.ts';
export { saveSafetensorsModel } from './node/save-model.ts';
export type { SaveModelOptions, SavedFile } from './node/save-model.ts';
