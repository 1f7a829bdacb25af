// A model folder with random weights: enough to fill blanks with nonsense.
import { createBertConfig, createModel } from '@malmoi/bert-model';
import { saveCheckpoint } from '@malmoi/checkpoint';
import { useBackend } from '@malmoi/ops';
import { WordPieceTokenizer } from '@malmoi/wordpiece';

/** Tokens of the model. */
export const TINY_VOCABULARY =
  '[PAD] [UNK] [CLS] [SEP] [MASK] 이순신 ##은 조선 고려 중기 ##의 무신 ##이다 .'.split(' ');

/** Saves a model. @param maxShardSize bytes of a weights file; smaller ones make several */
export async function saveTinyModel(folder: string, maxShardSize = '5GB'): Promise<void> {
  await useBackend('cpu');
  const config = createBertConfig({
    vocabSize: TINY_VOCABULARY.length,
    hiddenSize: 8,
    numHiddenLayers: 1,
    numAttentionHeads: 2,
    intermediateSize: 16,
    maxPositionEmbeddings: 16,
  });
  const model = createModel('BertForMaskedLM', config, { seed: 1 });
  const tokenizer = WordPieceTokenizer.fromVocab(TINY_VOCABULARY, { lowercase: false });
  await saveCheckpoint(folder, model, tokenizer, { maxShardSize });
  model.dispose();
}
