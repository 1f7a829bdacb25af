// Where the model of a run comes from: nothing, or a model that is there, with its vocabulary or with another.
import { loadTokenizer as loadModelTokenizer, transplantVocabulary } from '@malmoi/checkpoint';
import type { WordPieceTokenizer } from '@malmoi/wordpiece';

import type { CommandContext } from '../command.ts';
import { chooseTokenizer } from '../files/choose-tokenizer.ts';
import { hubOptions, loadModel } from '../files/load-model.ts';
import { loadTokenizer } from '../files/load-tokenizer.ts';
import { formatCount } from '../output/format-number.ts';
import { type BaseModel, LEARN } from './base-model.ts';
import { createModel, type PretrainedModel } from './create-model.ts';
import type { PretrainSettings } from './options.ts';

/** Where a model comes from. */
export interface ModelOrigin {
  /** The tokenizer of the run; undefined where a vocabulary is learned. */
  readonly tokenizer: WordPieceTokenizer | undefined;
  /** Makes the model, with a row for each piece of a vocabulary. The caller disposes it. */
  readonly create: (tokenizer: WordPieceTokenizer) => Promise<PretrainedModel>;
}

/**
 * Opens the origin; of a model that is there reads its tokenizer, and not yet its weights.
 *
 * @throws CommandError naming the flag when there is no tokenizer that fits
 */
export async function openOrigin(
  settings: PretrainSettings,
  context: CommandContext,
): Promise<ModelOrigin> {
  const { base, newVocab, tokenizerName } = settings;
  if (base === undefined) {
    return {
      tokenizer:
        tokenizerName === undefined
          ? undefined
          : await loadTokenizer(tokenizerName, '--tokenizer_name'),
      create: (tokenizer) => Promise.resolve(createModel(settings, tokenizer)),
    };
  }
  const { source, config } = base;
  const tokenizer = await loadModelTokenizer(source, hubOptions(context));
  const { vocabSize } = config;
  const own = await chooseTokenizer({ source, tokenizer, vocabSize }, tokenizerName);
  if (newVocab === undefined) {
    return { tokenizer: own, create: () => loadBase(base, settings, context) };
  }
  return {
    tokenizer: newVocab === LEARN ? undefined : await loadTokenizer(newVocab, '--new_vocab'),
    create: async (other) => {
      const model = await loadBase(base, settings, context);
      try {
        return await withVocabulary(model, own, other, context);
      } finally {
        model.dispose();
      }
    },
  };
}

/** The weights. Heads that the run trains and the file lacks are drawn from the seed, with a warning. */
async function loadBase(
  { source }: BaseModel,
  { seed, nextSentencePrediction }: PretrainSettings,
  context: CommandContext,
): Promise<PretrainedModel> {
  const { model } = nextSentencePrediction
    ? await loadModel(source, context, { architecture: 'BertForPreTraining', seed })
    : await loadModel(source, context, { architecture: 'BertForMaskedLM', seed });
  return model;
}

async function withVocabulary(
  model: PretrainedModel,
  own: WordPieceTokenizer,
  other: WordPieceTokenizer,
  { output }: CommandContext,
): Promise<PretrainedModel> {
  const { model: transplanted, counts } = await transplantVocabulary(model, own, other);
  output.info(
    `vocabulary: ${formatCount(other.vocabSize)} tokens, ${formatCount(counts.shared)} shared with the ` +
      `model's, ${formatCount(counts.fromPieces)} begun from its pieces, ` +
      `${formatCount(counts.fromMean)} from the mean of all`,
  );
  return transplanted;
}
