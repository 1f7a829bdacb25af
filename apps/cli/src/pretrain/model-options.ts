// The model that malmoi pretrain makes: a preset, and what differs from it.
import {
  grouped,
  optionalChoice,
  optionalDecimalNumber,
  optionalText,
  optionalWholeNumber,
} from '../options/option-spec.ts';
import { PRESETS } from './presets.ts';
import { byPreset } from './training-options.ts';

/** Options of the model. */
export const modelOptions = grouped('Model:', {
  preset: optionalChoice(
    {
      description: 'size of the model and settings that fit it; see below (default: sample)',
      placeholder: 'name',
    },
    PRESETS,
  ),
  model_name_or_path: optionalText({
    description:
      'go on with this model, a folder or its id on the Hub, instead of a new one; its sizes hold, and for ' +
      'its training the defaults of transformers: rate 5e-5, batches of 8, 3 epochs',
    placeholder: 'model',
    aliases: ['model'],
  }),
  config_name: optionalText({
    description:
      'make the new model by this config.json, a folder that has one, or an id on the Hub; its sizes hold, and ' +
      'the same defaults of training',
    placeholder: 'path',
  }),
  hidden_size: optionalWholeNumber(byPreset('width of a hidden state'), { min: 1, max: 100_000 }),
  num_hidden_layers: optionalWholeNumber(byPreset('layers'), { min: 1, max: 1000 }),
  num_attention_heads: optionalWholeNumber(byPreset('attention heads of a layer'), {
    min: 1,
    max: 1000,
  }),
  intermediate_size: optionalWholeNumber(byPreset('width of the feed-forward layers'), {
    min: 1,
    max: 1_000_000,
  }),
  hidden_dropout_prob: optionalDecimalNumber(byPreset('dropout of hidden states'), {
    min: 0,
    max: 0.99,
  }),
  attention_probs_dropout_prob: optionalDecimalNumber(byPreset('dropout of attention'), {
    min: 0,
    max: 0.99,
  }),
  initializer_range: optionalDecimalNumber(
    byPreset('standard deviation of the first weights; more helps a short run'),
    { min: 0, max: 1 },
  ),
});
