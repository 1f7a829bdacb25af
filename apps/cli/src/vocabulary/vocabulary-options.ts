// How a vocabulary is learned: the options that `vocab` and `pretrain` share.
import { UsageError } from '../errors/usage-error.ts';
import { stripAccents } from '../options/common-options.ts';
import {
  flag,
  optionalChoice,
  optionalList,
  optionalWholeNumber,
  wholeNumber,
} from '../options/option-spec.ts';

/** Options of a vocabulary besides its size. */
export const vocabularyOptions = {
  min_frequency: wholeNumber({ description: 'rarer pairs are not merged' }, 2, { min: 0 }),
  limit_alphabet: optionalWholeNumber(
    {
      description:
        'characters the alphabet keeps (default: all Hangul and 1,000 others; Infinity keeps all)',
    },
    { min: 0, infinite: true },
  ),
  special_tokens: optionalList({
    description: 'the first tokens (default: [PAD] [UNK] [CLS] [SEP] [MASK])',
    placeholder: 'token',
  }),
  lowercase: flag({
    description: 'lower-case; for Korean leave it off, as it is (also --do_lower_case)',
    aliases: ['do_lower_case'],
  }),
  strip_accents: stripAccents,
  normalization: optionalChoice(
    { description: 'compose text first, so that decomposed Korean counts as syllables' },
    ['NFC'],
  ),
};

/** What [MASK] and the others are needed for stands in the message. */
const NEEDED_TOKENS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];

/** @throws UsageError when special tokens are given and BERT's are not all among them */
export function requireSpecialTokens(tokens: readonly string[] | undefined): void {
  const missing = NEEDED_TOKENS.filter((token) => tokens?.includes(token) === false);
  if (missing.length === 0) return;
  throw new UsageError(
    `--special_tokens lacks ${missing.join(', ')}: BERT needs ${NEEDED_TOKENS.join(' ')}. Add your own after them.`,
  );
}
