// The options of malmoi pretrain, and what they come to with a preset.
import { backendOptions } from '../backend/backend-option.ts';
import { flag, optionalText, type OptionValues } from '../options/option-spec.ts';
import { type BaseModel, givenPreset } from './base-model.ts';
import {
  dataOptions,
  HELD_OUT_MLM_PROBABILITY,
  VALIDATION_SPLIT_PERCENTAGE,
} from './data-options.ts';
import type { GivenConfig } from './given-config.ts';
import { modelOptions } from './model-options.ts';
import { type Preset, presets, type PresetTraining } from './presets.ts';
import { trainingOptions } from './training-options.ts';

/** Where a run without flags goes. */
const DEFAULT_OUTPUT_DIR = 'malmoi-bert';
const DEFAULT_PRESET = 'sample';

/** The options. */
export const pretrainOptions = {
  output_dir: optionalText({
    description: `folder for the model and its checkpoints (default: ${DEFAULT_OUTPUT_DIR})`,
    placeholder: 'folder',
  }),
  plan: flag({
    description: 'only say what the run needs: memory, steps, tokens, and time after three updates',
  }),
  ...backendOptions,
  ...modelOptions,
  ...dataOptions,
  ...trainingOptions,
};

/** What was typed, checked. */
export type PretrainValues = OptionValues<typeof pretrainOptions>;

/** What a preset decides where no flag does. */
type Decided = Omit<Preset, 'training' | 'stages'> &
  PresetTraining & {
    /** Undefined where the run goes on with a model, or makes one by a configuration that is there. */
    readonly preset: PretrainValues['preset'];
    /** The model that the run goes on with. */
    readonly base: BaseModel | undefined;
    /** The configuration that the new model is made by. */
    readonly newConfig: GivenConfig | undefined;
    /** Percentage of the text of --train_file; 0 where the held-out text has files of its own. */
    readonly validationSplitPercentage: number;
    readonly nextSentencePrediction: boolean;
    readonly mlmProbability: number;
    readonly shortStageSteps: number;
    readonly shortStageSeqLength?: number;
    readonly maxSteps?: number;
    readonly cacheDir: string;
    readonly outputDir: string;
    readonly perDeviceEvalBatchSize: number;
  };

/** Everything decided. */
export type PretrainSettings = Omit<PretrainValues, keyof Decided> & Decided;

/** What holds where neither a flag nor the preset says anything: the values that --help names. */
const USUAL_TRAINING: PresetTraining = {
  adamBeta1: 0.9,
  adamBeta2: 0.999,
  adamEpsilon: 1e-8,
  lrSchedulerType: 'linear',
  maxGradNorm: 1,
  warmupSteps: 0.1,
  weightDecay: 0.01,
};

/** What flags name of a model: one to go on with, or the configuration of a new one. */
export interface GivenModel {
  readonly base?: BaseModel;
  readonly newConfig?: GivenConfig;
}

/** Fills in what the preset decides, or the model or configuration that is given. */
export function pretrainSettings(
  values: PretrainValues,
  { base, newConfig }: GivenModel = {},
): PretrainSettings {
  const name = values.preset ?? DEFAULT_PRESET;
  const given = base ?? newConfig;
  const { training, stages, ...preset } = given === undefined ? presets[name] : givenPreset(given);
  const isStaged = values.numTrainEpochs === undefined && values.maxSeqLength === undefined;
  const outputDir = values.outputDir ?? DEFAULT_OUTPUT_DIR;
  const maxSeqLength = values.maxSeqLength ?? preset.maxSeqLength;
  const decided: Decided = {
    ...USUAL_TRAINING,
    nextSentencePrediction: true,
    mlmProbability: HELD_OUT_MLM_PROBABILITY,
    shortStageSteps: 0.9,
    ...preset,
    ...training,
    ...(isStaged ? stages : {}),
    preset: given === undefined ? name : undefined,
    base,
    newConfig,
    validationSplitPercentage:
      values.validationFile === undefined ? VALIDATION_SPLIT_PERCENTAGE : 0,
    outputDir,
    cacheDir: `${outputDir.replace(/\/+$/, '')}.cache`,
    maxPositionEmbeddings: Math.max(preset.maxPositionEmbeddings, maxSeqLength),
    perDeviceEvalBatchSize: values.perDeviceTrainBatchSize ?? preset.perDeviceTrainBatchSize,
  };
  const typed = Object.entries(values).filter(([, value]) => value !== undefined);
  // What was typed goes before what was decided; the types of both are those of PretrainSettings.
  return { ...decided, ...Object.fromEntries(typed) } as PretrainSettings;
}
