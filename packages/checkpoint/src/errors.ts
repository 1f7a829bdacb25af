// What can be wrong with a model folder, one class per kind. (Errors of the Hub are in hub/hub-errors.ts;
// of the weights' file format, of the configuration and of the tokenizer in their own packages.)
import { formatLoadingReport, type LoadingReport } from './loading-report.ts';

/** Base of this package's errors about folders; catch it to catch them all. */
export class CheckpointError extends Error {
  override readonly name: string = 'CheckpointError';
  /** The folder or file it is about. */
  readonly path: string;

  constructor(path: string, message: string, options?: ErrorOptions) {
    super(`${path}: ${message}`, options);
    this.path = path;
  }
}

/** The path is not a model folder: no such folder, no `config.json`, or no weights that can be read. */
export class NotAModelFolderError extends CheckpointError {
  override readonly name = 'NotAModelFolderError';
}

/** The configuration names a model that Malmoi cannot build. */
export class UnsupportedArchitectureError extends CheckpointError {
  override readonly name = 'UnsupportedArchitectureError';
  readonly architecture: string;

  constructor(path: string, architecture: string, supported: readonly string[]) {
    super(
      path,
      `${JSON.stringify(architecture.slice(0, 100))} is not a model that Malmoi builds. ` +
        `Choose one with { architecture }: ${supported.join(', ')}.`,
    );
    this.architecture = architecture;
  }
}

/** Weights whose shapes are not the model's; nothing was loaded. */
export class ShapeMismatchError extends CheckpointError {
  override readonly name = 'ShapeMismatchError';
  readonly report: LoadingReport;

  constructor(report: LoadingReport) {
    const { length } = report.mismatched;
    super(
      report.source,
      `${length} ${length === 1 ? 'tensor has another shape' : 'tensors have other shapes'} than ` +
        'config.json says. Correct config.json, or leave these tensors at their initial values with ' +
        `{ ignoreMismatchedSizes: true }.\n${formatLoadingReport(report) ?? ''}`,
    );
    this.report = report;
  }
}

/** The tokenizer has more tokens than the model has embeddings: ids past the end would be asked for. */
export class VocabularyMismatchError extends CheckpointError {
  override readonly name = 'VocabularyMismatchError';
  /** Tokens of the tokenizer. */
  readonly tokenizerSize: number;
  /** Rows of the embedding matrix: `vocab_size`. */
  readonly embeddingRows: number;

  constructor(path: string, tokenizerSize: number, embeddingRows: number) {
    super(
      path,
      `the tokenizer has ${tokenizerSize} tokens and the model ${embeddingRows} embeddings (vocab_size). ` +
        'They do not belong together: use the tokenizer that the model was trained with.',
    );
    this.tokenizerSize = tokenizerSize;
    this.embeddingRows = embeddingRows;
  }
}

/** Two tensors of one file are the same weight under different names. */
export class AmbiguousTensorError extends CheckpointError {
  override readonly name = 'AmbiguousTensorError';
  readonly weight: string;
  readonly tensors: readonly [string, string];

  constructor(path: string, weight: string, first: string, second: string) {
    super(
      path,
      `the tensors ${JSON.stringify(first)} and ${JSON.stringify(second)} are both ${weight}. ` +
        'Remove one of them from the file.',
    );
    this.weight = weight;
    this.tensors = [first, second];
  }
}

/** The folder to save into holds something, and overwriting was not asked for. */
export class FolderNotEmptyError extends CheckpointError {
  override readonly name = 'FolderNotEmptyError';

  constructor(path: string, example: string) {
    super(
      path,
      `the folder is not empty (it holds ${JSON.stringify(example)}, for one). ` +
        'Choose another folder, or allow it with { overwrite: true }.',
    );
  }
}

/** A weight is too large for the number format it was to be saved in; nothing was saved. */
export class WeightRangeError extends CheckpointError {
  override readonly name = 'WeightRangeError';
  readonly tensor: string;
  /** Place of the value in the tensor, row by row. */
  readonly index: number;
  readonly value: number;

  constructor(path: string, tensor: string, index: number, value: number, dtype: string) {
    super(
      path,
      `${tensor}, value ${index}, is ${value}, which ${dtype} cannot hold. ` +
        `Save as ${dtype === 'F16' ? 'BF16 or F32' : 'F32'}.`,
    );
    this.tensor = tensor;
    this.index = index;
    this.value = value;
  }
}

/** config.json cannot be used; `cause` says which field and why. */
export class ConfigFileError extends CheckpointError {
  override readonly name = 'ConfigFileError';
}
