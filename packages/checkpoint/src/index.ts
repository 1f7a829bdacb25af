// @malmoi/checkpoint: Hugging Face model folders in and out, and the Hub. For Node.js.
export { loadCheckpoint } from './load-checkpoint.ts';
export type { LoadCheckpointOptions, LoadedCheckpoint } from './load-checkpoint.ts';
export { loadConfig } from './load-config.ts';
export { loadTokenizer } from './load-tokenizer.ts';
export { saveCheckpoint } from './save-checkpoint.ts';
export type { SaveCheckpointOptions } from './save-checkpoint.ts';
export { transplantVocabulary } from './transplant-vocabulary.ts';
export type { TransplantedVocabulary } from './transplant-vocabulary.ts';
export type { TransplantCounts } from './vocabulary-origins.ts';
export type { SavableTokenizer } from './tokenizer-files.ts';
export type { WeightDtype } from './weight-dtype.ts';
export { formatLoadingReport } from './loading-report.ts';
export type { LoadingReport } from './loading-report.ts';
export { createModelCard } from './model-card.ts';
export type { ModelCardFacts, ModelCardModel, ModelCardValue } from './model-card.ts';
export type { WarningHandler } from './warnings.ts';

export {
  AmbiguousTensorError,
  CheckpointError,
  ConfigFileError,
  FolderNotEmptyError,
  NotAModelFolderError,
  ShapeMismatchError,
  UnsupportedArchitectureError,
  VocabularyMismatchError,
  WeightRangeError,
} from './errors.ts';

export { pushToHub } from './hub/push-to-hub.ts';
export type { PushToHubOptions, PushToHubResult } from './hub/push-to-hub.ts';
export { snapshotDownload } from './hub/snapshot-download.ts';
export type { DownloadProgress, SnapshotDownloadOptions } from './hub/snapshot-download.ts';
export type { HubOptions } from './hub/hub-environment.ts';
export {
  CacheWriteError,
  ChecksumMismatchError,
  EntryNotFoundError,
  GatedRepositoryError,
  HubAuthenticationError,
  HubConfigurationError,
  HubConnectionError,
  HubError,
  HubPermissionError,
  HubRequestError,
  InvalidHubResponseError,
  LocalEntryNotFoundError,
  RepositoryNotFoundError,
  RevisionNotFoundError,
} from './hub/hub-errors.ts';
