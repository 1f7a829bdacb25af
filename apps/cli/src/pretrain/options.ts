// The options of malmoi pretrain, and what they come to with a preset.
import { backendOptions } from '../backend/backend-option.ts';
import { flag, optionalText, type OptionValues } from '../options/option-spec.ts';
import { type BaseModel, basePreset } from './base-model.ts';
import { dataOptions, HELD_OUT_MLM_PROBABILITY } from './data-options.ts';
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
    /** Undefined where the run goes on with a model. */
    readonly preset: PretrainValues['preset'];
    /** The model that the run goes on with. */
    readonly base: BaseModel | undefined;
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

/** Fills in what the preset decides, or the model that the run goes on with. */
export function pretrainSettings(values: PretrainValues, base?: BaseModel): PretrainSettings {
  const name = values.preset ?? DEFAULT_PRESET;
  const { training, stages, ...preset } = base === undefined ? presets[name] : basePreset(base);
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
    preset: base === undefined ? name : undefined,
    base,
    outputDir,
    cacheDir: `${outputDir.replace(/\/+$/, '')}.cache`,
    maxPositionEmbeddings: Math.max(preset.maxPositionEmbeddings, maxSeqLength),
    perDeviceEvalBatchSize: values.perDeviceTrainBatchSize ?? preset.perDeviceTrainBatchSize,
  };
  const typed = Object.entries(values).filter(([, value]) => value !== undefined);
  // What was typed goes before what was decided; the types of both are those of PretrainSettings.
  return { ...decided, ...Object.fromEntries(typed) } as PretrainSettings;
}
