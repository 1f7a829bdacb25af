// Writes tokenizer.json and tokenizer_config.json, laid out as Hugging Face tokenizers and transformers
// write them, so that both libraries load the same tokenizer.
import type { AddedToken } from './added-tokens.ts';
import { bertPostProcessor, type PostProcessor, type TemplatePiece } from './post-processor.ts';
import type { TokenizerDefinition } from './tokenizer-definition.ts';

/** What transformers writes where the model has no longest input. */
const NO_LIMIT = 1e30;

const toJson = (document: unknown): string => `${JSON.stringify(document, undefined, 2)}\n`;

/** The text of tokenizer.json. */
export function writeTokenizerJson(
  definition: TokenizerDefinition,
  postProcessor: PostProcessor,
): string {
  const { characters, decoder, tokens } = definition;
  return toJson({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: definition.addedTokens.toSorted((a, b) => a.id - b.id).map(writeAddedToken),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: characters.cleanText,
      handle_chinese_chars: characters.handleChineseChars,
      strip_accents: characters.stripAccents,
      lowercase: characters.lowercase,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: writePostProcessor(postProcessor, (id) => tokenAt(definition, id)),
    decoder: { type: 'WordPiece', prefix: decoder.prefix, cleanup: decoder.cleanUp },
    model: {
      type: 'WordPiece',
      unk_token: definition.specialTokens.unkToken,
      continuing_subword_prefix: definition.continuingSubwordPrefix,
      max_input_chars_per_word: definition.maxInputCharsPerWord,
      // fromEntries defines members, so that a token called __proto__ is one like any other.
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    },
  });
}

/** The text of tokenizer_config.json, for a tokenizer with the same post-processor. */
export function writeTokenizerConfig(
  definition: TokenizerDefinition,
  postProcessor: PostProcessor,
): string {
  const { characters, specialTokens } = definition;
  return toJson({
    added_tokens_decoder: Object.fromEntries(
      definition.addedTokens.map((token) => {
        const { id, ...rest } = writeAddedToken(token);
        return [String(id), rest];
      }),
    ),
    clean_up_tokenization_spaces: definition.decoder.cleanUp,
    cls_token: specialTokens.clsToken,
    do_lower_case: characters.lowercase,
    mask_token: specialTokens.maskToken,
    model_max_length: definition.modelMaxLength ?? NO_LIMIT,
    pad_token: specialTokens.padToken,
    sep_token: specialTokens.sepToken,
    strip_accents: characters.stripAccents,
    tokenize_chinese_chars: characters.handleChineseChars,
    tokenizer_class: tokenizerClass(definition, postProcessor),
    unk_token: specialTokens.unkToken,
  });
}

/**
 * transformers' BertTokenizer builds itself anew from the vocabulary and the options in this file, so
 * what it has no option for would be lost; the general class takes tokenizer.json as it is.
 */
function tokenizerClass(definition: TokenizerDefinition, postProcessor: PostProcessor): string {
  const { characters, continuingSubwordPrefix, decoder, maxInputCharsPerWord } = definition;
  const isBert =
    isBertTemplate(definition, postProcessor) &&
    characters.cleanText &&
    continuingSubwordPrefix === '##' &&
    maxInputCharsPerWord === 100 &&
    decoder.prefix === '##' &&
    decoder.cleanUp;
  return isBert ? 'BertTokenizer' : 'PreTrainedTokenizerFast';
}

function isBertTemplate(
  { specialTokens, tokens }: TokenizerDefinition,
  postProcessor: PostProcessor,
): boolean {
  const place = (token: string): { token: string; id: number } => ({
    token,
    id: tokens.indexOf(token),
  });
  const bert = bertPostProcessor(place(specialTokens.clsToken), place(specialTokens.sepToken));
  return JSON.stringify(postProcessor) === JSON.stringify(bert);
}

interface AddedTokenJson {
  readonly id: number;
  readonly content: string;
  readonly single_word: boolean;
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  readonly normalized: boolean;
  readonly special: boolean;
}

function writeAddedToken(token: AddedToken): AddedTokenJson {
  return {
    id: token.id,
    content: token.content,
    single_word: token.singleWord,
    lstrip: token.lstrip,
    rstrip: token.rstrip,
    normalized: token.normalized,
    special: token.special,
  };
}

function tokenAt(definition: TokenizerDefinition, id: number): string {
  const added = definition.addedTokens.find((token) => token.id === id);
  return added?.content ?? definition.tokens[id] ?? definition.specialTokens.unkToken;
}

function writePostProcessor(
  { single, pair }: PostProcessor,
  idToToken: (id: number) => string,
): unknown {
  const specials = [...single, ...pair].flatMap((piece) =>
    'sequence' in piece ? [] : [{ id: piece.specialToken, ids: piece.ids }],
  );
  if (specials.length === 0) return null;
  return {
    type: 'TemplateProcessing',
    single: single.map(writePiece),
    pair: pair.map(writePiece),
    special_tokens: Object.fromEntries(
      specials.map(({ id, ids }) => [id, { id, ids, tokens: ids.map(idToToken) }]),
    ),
  };
}

function writePiece(piece: TemplatePiece): unknown {
  return 'sequence' in piece
    ? { Sequence: { id: piece.sequence, type_id: piece.typeId } }
    : { SpecialToken: { id: piece.specialToken, type_id: piece.typeId } };
}
