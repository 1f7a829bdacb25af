// The files of a BERT: a folder that transformers loads, written and read by @malmoi/checkpoint.
import { formatBertConfig, type BertPreTrainedModel } from '@malmoi/bert-model';
import {
  loadCheckpoint,
  saveCheckpoint,
  type ModelCardFacts,
  type SavableTokenizer,
} from '@malmoi/checkpoint';

import type { ModelFiles } from './model-files.ts';

/** Options of {@link bertModelFiles}. */
export interface BertModelFilesOptions {
  /** Written into every checkpoint, so that each is usable by itself. Default: none. */
  readonly tokenizer?: SavableTokenizer;
  /** Facts for the model card, asked for at each save. Default: what the weights tell. */
  readonly modelCard?: () => ModelCardFacts;
}

/** Saves a BERT as a Hugging Face folder: configuration, weights in float32, tokenizer, model card. */
export function bertModelFiles(
  model: BertPreTrainedModel,
  { tokenizer, modelCard }: BertModelFilesOptions = {},
): ModelFiles {
  return {
    configuration: `${model.architecture} ${formatBertConfig(model.config)}`,
    async save(folder, fileSystem) {
      await saveCheckpoint(folder, model, tokenizer, {
        overwrite: true,
        fileSystem,
        ...(modelCard && { modelCard: modelCard() }),
      });
    },
    async load(folder) {
      const loaded = await loadCheckpoint(folder, {
        architecture: model.architecture,
        tokenizer: false,
      });
      try {
        model.loadStateDict(loaded.model.stateDict());
      } finally {
        loaded.model.dispose();
      }
    },
  };
}
