// The options of malmoi fill-mask.
import { backendOptions } from '../backend/backend-option.ts';
import {
  flag,
  optionalList,
  type OptionValues,
  text,
  wholeNumber,
} from '../options/option-spec.ts';

/** The options. */
export const fillMaskOptions = {
  model_name_or_path: text({
    description: 'model folder, or its id on the Hub',
    placeholder: 'model',
    aliases: ['model'],
  }),
  text: optionalList({
    description: 'texts with [MASK] where words are missing (default: lines of standard input)',
    placeholder: 'text',
  }),
  top_k: wholeNumber({ description: 'answers for each blank', retired: ['topk'] }, 5, {
    min: 1,
    max: 1_000_000,
  }),
  targets: optionalList({ description: 'choose among these words only', placeholder: 'word' }),
  truncation: flag({ description: 'cut texts that are longer than the model takes' }),
  per_device_eval_batch_size: wholeNumber(
    { description: 'texts that run at once', aliases: ['batch_size'] },
    8,
    { min: 1, max: 4096 },
  ),
  ...backendOptions,
};

/** What was typed, checked. */
export type FillMaskValues = OptionValues<typeof fillMaskOptions>;
