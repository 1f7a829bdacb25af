// How malmoi pretrain trains: the flags of transformers' TrainingArguments, under their names.
import { overwriteOutputDir } from '../options/common-options.ts';
import {
  choice,
  choices,
  decimalNumber,
  flag,
  grouped,
  optionalChoice,
  optionalDecimalNumber,
  optionalFlag,
  optionalList,
  optionalText,
  optionalWholeNumber,
  type OptionTexts,
  wholeNumber,
} from '../options/option-spec.ts';

const INTERVALS = ['no', 'steps', 'epoch'] as const;
const OPTIMIZERS = ['adamw', 'lamb'] as const;
const SCHEDULES = ['linear', 'cosine', 'constant', 'constant_with_warmup', 'polynomial'] as const;

/** Figures of an evaluation that can choose the best model. */
const METRICS = [
  'loss',
  'mlm_loss',
  'mlm_accuracy',
  'perplexity',
  'nsp_loss',
  'nsp_accuracy',
] as const;
const EVAL_METRICS = METRICS.map((name) => `eval_${name}` as const);

/** A flag whose default the preset may set. */
export function byPreset(description: string, usual?: number | string): OptionTexts {
  const value = usual === undefined ? "the preset's" : `${usual}, unless the preset says otherwise`;
  return { description: `${description} (default: ${value})` };
}

const optimization = grouped('Training:', {
  per_device_train_batch_size: optionalWholeNumber(
    { ...byPreset('examples of a batch'), aliases: ['batch_size'] },
    { min: 1, max: 100_000 },
  ),
  initial_batch_size: optionalWholeNumber(
    {
      description:
        'begin with batches of so many examples, which grow to --per_device_train_batch_size; needs --max_steps',
    },
    { min: 1, max: 100_000 },
  ),
  batch_size_warmup_steps: optionalDecimalNumber(
    { description: 'updates while they grow; below 1 a part of the run (default: 0.1)' },
    { min: 0.001 },
  ),
  gradient_accumulation_steps: wholeNumber({ description: 'batches of an update' }, 1, {
    min: 1,
    max: 100_000,
  }),
  num_train_epochs: optionalDecimalNumber(byPreset('passes over the corpus'), { min: 0.001 }),
  max_steps: optionalWholeNumber(
    { description: 'updates of the run, instead of --num_train_epochs; sample has them' },
    { min: 1 },
  ),
  learning_rate: optionalDecimalNumber(byPreset('highest learning rate'), { min: 0 }),
  lr_scheduler_type: optionalChoice(
    {
      ...byPreset(`how the rate falls: ${SCHEDULES.join(', ')}`, 'linear'),
      placeholder: 'schedule',
    },
    SCHEDULES,
  ),
  lr_scheduler_power: decimalNumber({ description: 'exponent of the polynomial schedule' }, 1, {
    min: 0.001,
  }),
  warmup_steps: optionalDecimalNumber(
    {
      ...byPreset('updates while the rate rises; below 1 a part of the run', 0.1),
      retired: ['warmup_ratio'],
    },
    { min: 0 },
  ),
  optim: choice({ description: 'optimizer' }, 'adamw', OPTIMIZERS),
  weight_decay: optionalDecimalNumber(byPreset('decoupled weight decay', 0.01), { min: 0 }),
  adam_beta1: optionalDecimalNumber(byPreset('decay of the first moment', 0.9), {
    min: 0,
    max: 0.999999,
  }),
  adam_beta2: optionalDecimalNumber(byPreset('decay of the second moment', 0.999), {
    min: 0,
    max: 0.999999,
  }),
  adam_epsilon: optionalDecimalNumber(byPreset('added to the denominator', 1e-8), { min: 0 }),
  max_grad_norm: optionalDecimalNumber(
    byPreset('gradients are scaled down to this norm; 0 leaves them', 1),
    { min: 0 },
  ),
  seed: wholeNumber({ description: 'of weights, order, masks and dropout' }, 42, { min: 0 }),
  data_seed: optionalWholeNumber(
    { description: 'of order and masks alone (default: --seed)' },
    { min: 0 },
  ),
});

const evaluation = grouped('Evaluation:', {
  eval_strategy: choice(
    {
      description: 'when held-out text is evaluated, besides at the end',
      retired: ['evaluation_strategy'],
    },
    'epoch',
    INTERVALS,
  ),
  eval_steps: optionalWholeNumber(
    { description: 'updates between two evaluations (default: --logging_steps)' },
    { min: 1 },
  ),
  per_device_eval_batch_size: optionalWholeNumber(
    { description: 'examples of a batch (default: --per_device_train_batch_size)' },
    { min: 1, max: 100_000 },
  ),
  max_eval_samples: optionalWholeNumber(
    { description: 'evaluate on so many held-out examples at most (default: all)' },
    { min: 1 },
  ),
  load_best_model_at_end: flag({
    description: 'keep the best evaluated model, not the last; needs the same --save_strategy',
  }),
  metric_for_best_model: optionalChoice(
    { description: `what is best: ${METRICS.join(', ')} (default: loss)`, placeholder: 'metric' },
    [...METRICS, ...EVAL_METRICS],
  ),
  greater_is_better: optionalFlag({
    description: 'whether more is better (default: unless it is a loss or the perplexity)',
  }),
  early_stopping_patience: optionalWholeNumber(
    { description: 'end the run after so many evaluations without a better one' },
    { min: 1 },
  ),
  early_stopping_threshold: decimalNumber(
    { description: 'by how much the metric must be better to count' },
    0,
    { min: 0 },
  ),
});

const checkpoints = grouped('Checkpoints:', {
  save_strategy: choice({ description: 'when a checkpoint is saved' }, 'steps', INTERVALS),
  save_steps: wholeNumber({ description: 'updates between two checkpoints' }, 500, { min: 1 }),
  save_total_limit: wholeNumber(
    { description: 'checkpoints that are kept; the best is, always' },
    2,
    { min: 1 },
  ),
  resume_from_checkpoint: optionalText({
    description: 'true for the last checkpoint of --output_dir, or a checkpoint',
    placeholder: 'checkpoint',
  }),
  overwrite_output_dir: overwriteOutputDir,
});

const logging = grouped('Reports:', {
  logging_strategy: choice({ description: 'when a log row is made' }, 'steps', INTERVALS),
  logging_steps: wholeNumber({ description: 'updates between two log rows' }, 50, { min: 1 }),
  logging_first_step: flag({ description: 'log the first update, too' }),
  report_to: choices({ description: 'who gets the log besides log.jsonl' }, 'tensorboard', [
    'tensorboard',
    'all',
    'none',
  ]),
  logging_dir: optionalText({
    description: "folder of TensorBoard's files (default: OUTPUT_DIR/runs)",
    placeholder: 'folder',
  }),
  run_name: optionalText({ description: 'name of the run in reports', placeholder: 'name' }),
  sample_text: optionalList({
    description:
      'texts with [MASK] that are filled after each epoch (default: questions of the sample)',
    placeholder: 'text',
  }),
  sample_top_k: wholeNumber({ description: 'fillings of each that are shown' }, 5, {
    min: 1,
    max: 100,
  }),
  accuracy_summary_steps: optionalWholeNumber(
    { description: 'updates between two summaries of the accuracy over the whole run' },
    { min: 1 },
  ),
});

/** Options of the training itself. */
export const trainingOptions = { ...optimization, ...evaluation, ...checkpoints, ...logging };
