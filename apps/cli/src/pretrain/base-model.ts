// The model that a run goes on with (--model_name_or_path), or the configuration that its new one is made by
// (--config_name): what is known before weights are read, and what it decides in the place of a preset.
import { access } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';

import type { BertConfig } from '@malmoi/bert-model';
import { loadConfig } from '@malmoi/checkpoint';
import { defaultTrainingArguments } from '@malmoi/trainer';

import type { CommandContext } from '../command.ts';
import { inFlags } from '../errors/in-flags.ts';
import { hubOptions } from '../files/load-model.ts';
import type { GivenConfig } from './given-config.ts';
import type { PretrainSettings } from './options.ts';
import type { Preset } from './presets.ts';

/** A model that is there: a folder, or of the Hub. */
export interface BaseModel extends GivenConfig {
  readonly isFolder: boolean;
}

/** --new_vocab with this value learns a vocabulary; everything else is a path. */
export const LEARN = 'learn';

/** Default of --max_seq_length, where the model takes as many. */
const USUAL_LENGTH = 128;

/** Reads the configuration of a model. @throws CheckpointError, HubError */
export async function readBaseModel(source: string, context: CommandContext): Promise<BaseModel> {
  const config = await loadConfig(source, hubOptions(context));
  context.output.endProgress();
  const isFolder = await access(source).then(
    () => true,
    () => false,
  );
  return { source, isFolder, config };
}

/** The configuration's own sizes, and for the training the defaults of transformers' TrainingArguments. */
export function givenPreset({ source, config }: GivenConfig): Preset {
  const { vocabSize, hiddenSize, numHiddenLayers, numAttentionHeads, intermediateSize } = config;
  const { learningRate, numTrainEpochs, perDeviceTrainBatchSize } = defaultTrainingArguments;
  return {
    ...{ vocabSize, hiddenSize, numHiddenLayers, numAttentionHeads, intermediateSize },
    maxPositionEmbeddings: config.maxPositionEmbeddings,
    hiddenDropoutProb: config.hiddenDropoutProb,
    attentionProbsDropoutProb: config.attentionProbsDropoutProb,
    initializerRange: config.initializerRange,
    maxSeqLength: Math.min(USUAL_LENGTH, config.maxPositionEmbeddings),
    ...{ learningRate, numTrainEpochs, perDeviceTrainBatchSize },
    about: source,
    nextSentencePrediction: config.architectures[0] !== 'BertForMaskedLM',
  };
}

/** Whether the run learns a vocabulary from its text. */
export function learnsVocabulary({ base, newVocab, tokenizerName }: PretrainSettings): boolean {
  return base === undefined ? tokenizerName === undefined : newVocab === LEARN;
}

/** Flags that contradict the model or the configuration that others name, one sentence each. */
export function givenProblems(settings: PretrainSettings): string[] {
  const { base, newConfig, newVocab } = settings;
  const withoutBase =
    base === undefined && newVocab !== undefined
      ? ['--new_vocab swaps the vocabulary of a model: name one by --model_name_or_path.']
      : [];
  if (base !== undefined) {
    return [
      ...sizeProblems(settings, base.config, 'the model of --model_name_or_path'),
      ...vocabularyProblems(settings, base.config),
      ...placeProblems(settings, base),
    ];
  }
  if (newConfig === undefined) return withoutBase;
  const { vocabSize } = newConfig.config;
  return [
    ...withoutBase,
    ...sizeProblems(settings, newConfig.config, 'the configuration of --config_name'),
    ...(settings.vocabSize === vocabSize
      ? []
      : [
          `--vocab_size is ${settings.vocabSize}: that of the configuration of --config_name is ${vocabSize}. ` +
            'Leave it out.',
        ]),
  ];
}

/** @param owner whose sizes hold, for messages */
function sizeProblems(settings: PretrainSettings, config: BertConfig, owner: string): string[] {
  const { preset, maxSeqLength } = settings;
  const own = [
    ...(['hiddenSize', 'numHiddenLayers', 'numAttentionHeads', 'intermediateSize'] as const),
    ...(['hiddenDropoutProb', 'attentionProbsDropoutProb', 'initializerRange'] as const),
  ];
  const short = owner.replace(/ of --model_name_or_path$/, '');
  return [
    ...(preset === undefined
      ? []
      : [`--preset ${preset}: ${owner} has its own sizes. Leave it out.`]),
    ...own
      .filter((name) => settings[name] !== config[name])
      .map((name) =>
        inFlags(`${name} is ${settings[name]}: that of ${short} is ${config[name]}. Leave it out.`),
      ),
    ...(maxSeqLength > config.maxPositionEmbeddings
      ? [
          `--max_seq_length is ${maxSeqLength}: ${short} takes ${config.maxPositionEmbeddings} tokens ` +
            'at most (max_position_embeddings).',
        ]
      : []),
  ];
}

/** Overwriting deletes the checkpoints of the output folder, and a run that is stopped would miss its beginning. */
function placeProblems(
  { outputDir, overwriteOutputDir }: PretrainSettings,
  { source, isFolder }: BaseModel,
): string[] {
  const place = relative(resolve(outputDir), resolve(source));
  const isInside = isFolder && place !== '' && !place.startsWith('..') && !isAbsolute(place);
  return overwriteOutputDir && isInside
    ? [
        `--overwrite_output_dir deletes the checkpoints of ${outputDir}, and ${source} is one of them. ` +
          'Name another --output_dir.',
      ]
    : [];
}

function vocabularyProblems(
  { vocabSize, newVocab }: PretrainSettings,
  config: BertConfig,
): string[] {
  if (newVocab === LEARN || vocabSize === config.vocabSize) return [];
  return [
    newVocab === undefined
      ? `--vocab_size is ${vocabSize}: the model has ${config.vocabSize} tokens. Leave it out, or learn ` +
        `another vocabulary with --new_vocab ${LEARN}.`
      : `--vocab_size is ${vocabSize}: the vocabulary of --new_vocab ${newVocab} has its own size. Leave it out.`,
  ];
}
