// Loads a model folder, or a repository of the Hub, into a model and its tokenizer: what transformers'
// `from_pretrained` does, with its report of what did not fit.
import type {
  ArchitectureName,
  BertArchitectures,
  BertConfig,
  BertConfigOptions,
} from '@malmoi/bert-model';
import type { WordPieceTokenizer } from '@malmoi/wordpiece';

import { VocabularyMismatchError } from './errors.ts';
import type { SnapshotDownloadOptions } from './hub/snapshot-download.ts';
import { hasOwnDecoder, loadWeights, openWeights, untied } from './load-weights.ts';
import { formatLoadingReport, type LoadingReport } from './loading-report.ts';
import { resolveModelFolder } from './model-source.ts';
import { chooseArchitecture, readConfig } from './read-config.ts';
import { finishReplacement } from './replace-files.ts';
import { readTokenizer } from './tokenizer-files.ts';
import { emitWarning, type WarningHandler } from './warnings.ts';

/** Options of {@link loadCheckpoint}; those of the Hub matter only for a Hub id. */
export interface LoadCheckpointOptions<
  Name extends ArchitectureName = ArchitectureName,
> extends Omit<SnapshotDownloadOptions, 'allowPatterns'> {
  /** Class to build, by its transformers name. Default: the one that config.json names. */
  readonly architecture?: Name;
  /** Fields of config.json to change, such as `{ numLabels: 3 }` for a new classifier. */
  readonly config?: BertConfigOptions;
  /** Draw weights of another shape anew instead of refusing them. Default false. */
  readonly ignoreMismatchedSizes?: boolean;
  /** Seeds the weights that the file lacks. Default 0. */
  readonly seed?: number;
  /** Whether to read the tokenizer. Default true. */
  readonly tokenizer?: boolean;
  /** Receives warnings. Default: `process.emitWarning`. */
  readonly onWarning?: WarningHandler;
}

export interface LoadedCheckpoint<Name extends ArchitectureName = ArchitectureName> {
  /** The caller disposes it. */
  readonly model: BertArchitectures[Name];
  /** Undefined when the folder has none, or it was not asked for. */
  readonly tokenizer: WordPieceTokenizer | undefined;
  /** The model's configuration, with the changes that were asked for. */
  readonly config: BertConfig;
  /** What did not fit. */
  readonly report: LoadingReport;
  /** Where it was read: the folder given, or the snapshot in the Hub's cache. */
  readonly folder: string;
}

/** Architectures that predict tokens, with a decoder that may be tied. */
const WITH_DECODER: ReadonlySet<string> = new Set(['BertForPreTraining', 'BertForMaskedLM']);

/**
 * Loads a model and its tokenizer. Weights in F16 and BF16 become float32, in which Malmoi computes.
 *
 * Weights that the file lacks (a new head) are drawn from `seed`, with a warning that names them.
 *
 * @param source a folder, or the id of a repository on the Hub (`owner/name`).
 * @throws {CheckpointError} for a folder that is no model, an impossible configuration, other shapes, a
 *   tokenizer that does not belong to the model (see errors.ts). No tensor is left behind.
 * @throws {SafetensorsError} for damaged weights. @throws {WordPieceError} for a damaged tokenizer.
 * @throws {HubError} when a repository cannot be downloaded.
 */
export async function loadCheckpoint<Name extends ArchitectureName = ArchitectureName>(
  source: string,
  options: LoadCheckpointOptions<Name> = {},
): Promise<LoadedCheckpoint<Name>> {
  const { ignoreMismatchedSizes = false, seed = 0, onWarning } = options;
  const folder = await resolveModelFolder(source, options);
  await finishReplacement(folder);
  const config = await readConfig(folder, options.config);
  const architecture = chooseArchitecture(folder, config, options.architecture);
  const tokenizer = options.tokenizer === false ? undefined : await readTokenizer(folder);
  if (tokenizer !== undefined && tokenizer.vocabSize > config.vocabSize) {
    throw new VocabularyMismatchError(folder, tokenizer.vocabSize, config.vocabSize);
  }
  const reader = await openWeights(folder);
  try {
    const mustUntie =
      config.tieWordEmbeddings && WITH_DECODER.has(architecture) && (await hasOwnDecoder(reader));
    if (mustUntie) warnUntied(folder, onWarning);
    const { model, report } = await loadWeights(reader, folder, {
      architecture,
      config: mustUntie ? untied(config) : config,
      ignoreMismatchedSizes,
      seed,
    });
    warnMisfits(report, seed, onWarning);
    // createModel built the class of this name; TypeScript cannot follow a name that may come from a file.
    return {
      model: model as BertArchitectures[Name],
      tokenizer,
      config: model.config,
      report,
      folder,
    };
  } finally {
    await reader.close();
  }
}

function warnUntied(folder: string, onWarning: WarningHandler | undefined): void {
  emitWarning(
    onWarning,
    'MALMOI_UNTIED_DECODER',
    `${folder}: config.json ties the decoder to the word embeddings, but the file holds two different ` +
      'matrices. They are not tied; set "tie_word_embeddings": false in config.json.',
  );
}

function warnMisfits(
  report: LoadingReport,
  seed: number,
  onWarning: WarningHandler | undefined,
): void {
  const table = formatLoadingReport(report);
  if (table === undefined) return;
  const fresh = report.missing.length + report.mismatched.length;
  const note =
    fresh === 0
      ? 'UNEXPECTED tensors belong to another head or architecture and were not used.'
      : `${fresh} weights (MISSING, MISMATCH) were drawn anew with seed ${seed}: train them before use.`;
  emitWarning(onWarning, 'MALMOI_LOAD_REPORT', `${table}\n${note}`);
}
