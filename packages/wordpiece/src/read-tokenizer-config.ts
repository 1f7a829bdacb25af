// tokenizer_config.json, transformers' own file beside tokenizer.json or vocab.txt: names of special
// tokens, the longest input, and the options of the basic tokenizer.
import type { AddedToken } from './added-tokens.ts';
import type { JsonValue } from './json-value.ts';
import {
  BERT_SPECIAL_TOKENS,
  type SpecialTokens,
  type WordPieceTokenizerOptions,
} from './tokenizer-definition.ts';

/** transformers writes 1e30 for "no limit". */
const NO_LIMIT = 1e9;

/** A token is a string, or an object with its `content`. */
const tokenText = (value: JsonValue): string =>
  typeof value.value === 'string' ? value.value : value.get('content').string();

/**
 * Options in a tokenizer_config.json. Where tokenizer.json stands beside it, its normalizer decides and
 * only the names and the length are used.
 *
 * @throws TokenizerFileError naming the member that has the wrong type
 */
export function readTokenizerConfig(config: JsonValue): WordPieceTokenizerOptions {
  const token = (name: string, otherwise: string): string =>
    config.get(name).or(otherwise, tokenText);
  const specialTokens: SpecialTokens = {
    padToken: token('pad_token', BERT_SPECIAL_TOKENS.padToken),
    unkToken: token('unk_token', BERT_SPECIAL_TOKENS.unkToken),
    clsToken: token('cls_token', BERT_SPECIAL_TOKENS.clsToken),
    sepToken: token('sep_token', BERT_SPECIAL_TOKENS.sepToken),
    maskToken: token('mask_token', BERT_SPECIAL_TOKENS.maskToken),
  };
  const modelMaxLength = config.get('model_max_length').or(undefined, readLength);
  return {
    specialTokens,
    lowercase: config.get('do_lower_case').or(true, (value) => value.boolean()),
    stripAccents: config.get('strip_accents').or(null, (value) => value.boolean()),
    handleChineseChars: config.get('tokenize_chinese_chars').or(true, (value) => value.boolean()),
    ...(modelMaxLength === undefined ? {} : { modelMaxLength }),
  };
}

function readLength(value: JsonValue): number | undefined {
  if (typeof value.value === 'number' && value.value > NO_LIMIT) return undefined;
  const length = value.count();
  return length === 0 ? value.fail('expected at least 1.') : length;
}

/** The tokens of `added_tokens_decoder`, an object from ids to tokens; none where it is absent. */
export function readAddedTokensDecoder(config: JsonValue): AddedToken[] {
  return config.get('added_tokens_decoder').or([], (decoder) =>
    decoder.entries().map(([key, token]) => {
      if (!/^\d{1,9}$/.test(key)) token.fail(`expected an id as the name, found '${key}'.`);
      return readAddedToken(token, Number(key));
    }),
  );
}

/** An added token, as both files write it. */
export function readAddedToken(token: JsonValue, id: number): AddedToken {
  const flag = (name: string, otherwise: boolean): boolean =>
    token.get(name).or(otherwise, (value) => value.boolean());
  const content = token.get('content').string();
  if (content === '') token.get('content').fail('an added token cannot be empty.');
  const special = flag('special', false);
  return {
    content,
    id,
    special,
    normalized: flag('normalized', !special),
    singleWord: flag('single_word', false),
    lstrip: flag('lstrip', false),
    rstrip: flag('rstrip', false),
  };
}
