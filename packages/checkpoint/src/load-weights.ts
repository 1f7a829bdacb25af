// Reads a folder's weights into a model, one tensor at a time. Names and shapes are put beside each other
// from the headers alone, before any weight is read or any memory taken.
import {
  type ArchitectureName,
  type BertConfig,
  type BertPreTrainedModel,
  createModel,
  withBertConfig,
} from '@malmoi/bert-model';
import { SafetensorsIndexError, type SafetensorsReader } from '@malmoi/safetensors';
import { openSafetensorsModel } from '@malmoi/safetensors/node';

import { NotAModelFolderError, ShapeMismatchError } from './errors.ts';
import type { LoadingReport } from './loading-report.ts';
import { FOREIGN_WEIGHTS, WEIGHTS_FILE } from './model-folder.ts';
import { shardRoot } from './model-source.ts';
import { inStateDictOrder } from './state-dict-order.ts';
import {
  DECODER_WEIGHT,
  type DescribedTensor,
  findTensorName,
  matchTensors,
  WORD_EMBEDDINGS,
} from './tensor-names.ts';

export interface LoadWeightsOptions {
  readonly architecture: ArchitectureName;
  readonly config: BertConfig;
  readonly ignoreMismatchedSizes: boolean;
  readonly seed: number;
}

/**
 * Opens a folder's weights. The caller closes the reader.
 *
 * @throws {NotAModelFolderError} when there are none in a format that is read here.
 * @throws {SafetensorsError} when a file is damaged or an index leads out of the folder.
 */
export async function openWeights(folder: string): Promise<SafetensorsReader> {
  try {
    return await openSafetensorsModel(folder, { root: await shardRoot(folder) });
  } catch (error) {
    if (!(error instanceof SafetensorsIndexError && error.code === 'NO_MODEL')) throw error;
    throw new NotAModelFolderError(
      folder,
      `there is no ${WEIGHTS_FILE} and no index of shards. Weights in other formats ` +
        `(${FOREIGN_WEIGHTS.join(', ')}) are not read; many repositories hold a conversion to safetensors ` +
        'in a pull request: try { revision: "refs/pr/1" }.',
      { cause: error },
    );
  }
}

/**
 * Whether the file's decoder is another matrix than its word embeddings. Then the model cannot be tied,
 * whatever config.json says.
 */
export async function hasOwnDecoder(reader: SafetensorsReader): Promise<boolean> {
  const decoder = findTensorName(reader.tensors, DECODER_WEIGHT);
  const embeddings = findTensorName(reader.tensors, WORD_EMBEDDINGS);
  if (decoder === undefined || embeddings === undefined) return false;
  const values = (await reader.tensor(decoder)).toFloat32();
  const others = (await reader.tensor(embeddings)).toFloat32();
  // Object.is, so that a damaged file's NaN equals itself.
  return values.length !== others.length || values.some((value, i) => !Object.is(value, others[i]));
}

/** The configuration that says what the weights are: an untied decoder. */
export function untied(config: BertConfig): BertConfig {
  return withBertConfig(config, { tieWordEmbeddings: false });
}

/**
 * Builds the model and fills it. Weights that the file lacks, and with `ignoreMismatchedSizes` those of
 * another shape, are drawn anew from the seed.
 *
 * @returns the model, which the caller disposes, and what did not fit.
 * @throws {ShapeMismatchError} for other shapes, unless `ignoreMismatchedSizes`.
 */
export async function loadWeights(
  reader: SafetensorsReader,
  folder: string,
  { architecture, config, ignoreMismatchedSizes, seed }: LoadWeightsOptions,
): Promise<{ model: BertPreTrainedModel; report: LoadingReport }> {
  const reject = (mismatched: LoadingReport['mismatched']): void => {
    if (mismatched.length === 0 || ignoreMismatchedSizes) return;
    throw new ShapeMismatchError({
      architecture,
      source: folder,
      missing: [],
      unexpected: [],
      mismatched,
    });
  };
  // First the shapes that decide how much memory the model takes: a config.json may say anything.
  reject(matchTensors(decisiveShapes(config), reader.tensors, { path: folder }).report.mismatched);
  const model: BertPreTrainedModel = createModel(architecture, config, {
    seed,
    initialWeights: 'zeros',
  });
  try {
    const learned = model.namedParameters();
    const expected = inStateDictOrder(model.namedTensors());
    const optional = new Set([...expected.keys()].filter((name) => !learned.has(name)));
    const match = matchTensors(expected, reader.tensors, { path: folder, optional });
    const report: LoadingReport = { architecture, source: folder, ...match.report };
    reject(report.mismatched);
    await copyWeights(reader, match.sources, model);
    const fresh = [...report.missing, ...report.mismatched.map(({ name }) => name)];
    model.initializeParameters(
      fresh.filter((name) => learned.has(name)),
      seed,
    );
    return { model, report };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

async function copyWeights(
  reader: SafetensorsReader,
  sources: ReadonlyMap<string, string>,
  model: BertPreTrainedModel,
): Promise<void> {
  for (const [name, source] of sources) {
    const tensor = await reader.tensor(source);
    const state = new Map([[name, { shape: tensor.shape, data: tensor.toFloat32() }]]);
    model.loadStateDict(state, { strict: false });
  }
}

/** The matrices whose sizes are fields of the configuration, as config.json has them. */
function decisiveShapes(config: BertConfig): ReadonlyMap<string, DescribedTensor> {
  const { hiddenSize, intermediateSize } = config;
  const rows: [string, number][] = [
    [WORD_EMBEDDINGS, config.vocabSize],
    ['bert.embeddings.position_embeddings.weight', config.maxPositionEmbeddings],
    ['bert.embeddings.token_type_embeddings.weight', config.typeVocabSize],
    ['bert.encoder.layer.0.attention.self.query.weight', hiddenSize],
    ['bert.encoder.layer.0.intermediate.dense.weight', intermediateSize],
  ];
  return new Map(rows.map(([name, count]) => [name, { shape: [count, hiddenSize] }]));
}
