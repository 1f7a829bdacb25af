// Writes a model folder as transformers' `save_pretrained` does: config.json, the weights in one file or
// in shards, the tokenizer's files and a model card. The folder is switched to the new files as one step.
import { basename, join, resolve } from 'node:path';

import { type BertPreTrainedModel, formatBertConfig, withBertConfig } from '@malmoi/bert-model';
import type { TensorToWrite } from '@malmoi/safetensors';
import {
  type DurableFileSystem,
  nodeFileSystem,
  saveSafetensorsModel,
  writeFileDurably,
} from '@malmoi/safetensors/node';

import { VocabularyMismatchError } from './errors.ts';
import { createModelCard, type ModelCardFacts } from './model-card.ts';
import {
  CONFIG_FILE,
  MODEL_CARD_FILE,
  SHARD_PATTERN,
  WEIGHTS_FILE,
  WEIGHTS_INDEX_FILE,
} from './model-folder.ts';
import { replaceFiles } from './replace-files.ts';
import { inStateDictOrder } from './state-dict-order.ts';
import { type SavableTokenizer, tokenizerFiles } from './tokenizer-files.ts';
import { CONFIG_DTYPES, encodeWeights, type WeightDtype } from './weight-dtype.ts';

export interface SaveCheckpointOptions {
  /** Number format of the weights. Default `F32`. */
  readonly dtype?: WeightDtype;
  /** Most bytes of weights in a file: a number, or a text such as `"500MB"`. Default `"5GB"`. */
  readonly maxShardSize?: string | number;
  /** Facts for the model card, or false to write none. Default: a card of what the weights tell. */
  readonly modelCard?: ModelCardFacts | false;
  /** Save into a folder that holds something; its model files are replaced, others stay. Default false. */
  readonly overwrite?: boolean;
  /** The file system to use. Default the machine's. For tests. */
  readonly fileSystem?: DurableFileSystem;
}

/**
 * Saves a model, and the tokenizer where one is given, as a folder that transformers and
 * {@link loadCheckpoint} load. The weights must not change until the promise settles.
 *
 * Durable: afterwards everything is on disk. When it fails or is killed, the folder holds what it held
 * before, or all of the new files.
 *
 * @param folder made, with its parents, if it is not there.
 * @throws {FolderNotEmptyError} when the folder holds something and `overwrite` is not set.
 * @throws {VocabularyMismatchError} when the tokenizer has more tokens than the model has embeddings.
 * @throws {WeightRangeError} when a weight is too large for `dtype`.
 * @throws {DurableWriteError} with path and errno when the operating system refuses.
 */
export async function saveCheckpoint(
  folder: string,
  model: BertPreTrainedModel,
  tokenizer?: SavableTokenizer,
  options: SaveCheckpointOptions = {},
): Promise<void> {
  const { dtype = 'F32', maxShardSize, modelCard = {}, overwrite = false } = options;
  const { fileSystem = nodeFileSystem } = options;
  if (tokenizer !== undefined && tokenizer.vocabSize > model.config.vocabSize) {
    throw new VocabularyMismatchError(folder, tokenizer.vocabSize, model.config.vocabSize);
  }
  const config = withBertConfig(model.config, {
    architectures: [model.architecture],
    dtype: CONFIG_DTYPES[dtype],
  });
  const parameters = model.numParameters();
  const texts = new Map([[CONFIG_FILE, formatBertConfig(config)], ...tokenizerFiles(tokenizer)]);
  if (modelCard !== false) {
    const described = { architecture: model.architecture, config, parameters, dtype };
    texts.set(MODEL_CARD_FILE, createModelCard(described, modelCard, basename(resolve(folder))));
  }
  await replaceFiles(
    folder,
    async (temporaryFolder) => {
      await saveSafetensorsModel(temporaryFolder, weightsOf(model, dtype, folder), {
        ...(maxShardSize !== undefined && { maxShardSize }),
        indexMetadata: new Map([['total_parameters', parameters]]),
        fileSystem,
      });
      for (const [name, text] of texts) {
        await writeFileDurably(join(temporaryFolder, name), text, { fileSystem });
      }
    },
    {
      overwrite,
      isObsolete: isWeightsFile,
      fileSystem,
    },
  );
}

/** Old weights must go with the old model: a reader would prefer `model.safetensors` to new shards. */
function isWeightsFile(name: string): boolean {
  return name === WEIGHTS_FILE || name === WEIGHTS_INDEX_FILE || SHARD_PATTERN.test(name);
}

/** The weights by their Hugging Face names, each read from the backend when its turn comes. */
function weightsOf(
  model: BertPreTrainedModel,
  dtype: WeightDtype,
  folder: string,
): [string, TensorToWrite][] {
  return [...inStateDictOrder(model.namedTensors())].map(([name, variable]) => [
    name,
    {
      dtype,
      shape: variable.shape,
      data: async () => encodeWeights((await variable.data()) as Float32Array, dtype, name, folder),
    },
  ]);
}
