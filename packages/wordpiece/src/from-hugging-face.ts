// Puts a tokenizer of @huggingface/tokenizers behind our interface, so that whatever it reads can feed
// the rest of the toolkit. Typed by structure: that package is no dependency of this one.
import type { IdBuffer } from './id-buffer.ts';
import { VocabularyError } from './errors.ts';
import type { DecodeOptions, Tokenizer } from './tokenizer-interface.ts';

/** The members of @huggingface/tokenizers' Tokenizer that are used. */
export interface HuggingFaceTokenizer {
  encode(text: string, options: { add_special_tokens: boolean }): { readonly ids: number[] };
  decode(
    ids: number[],
    options: { skip_special_tokens: boolean; clean_up_tokenization_spaces?: boolean },
  ): string;
  token_to_id(token: string): number | undefined;
  id_to_token(id: number): string | undefined;
  get_vocab(withAddedTokens?: boolean): Map<string, number>;
  get_added_tokens_decoder(): Map<number, { readonly special?: boolean }>;
}

/** Texts of the tokens with a role, and how pieces are marked. */
export interface FromHuggingFaceOptions {
  /** Default '[PAD]'; the four below likewise. */
  readonly padToken?: string;
  readonly unkToken?: string;
  readonly clsToken?: string;
  readonly sepToken?: string;
  readonly maskToken?: string;
  /** Whether a token continues a word. Default: it begins with '##'. */
  readonly isContinuation?: (token: string) => boolean;
}

/**
 * A Tokenizer that works through `tokenizer`. Offsets and encodings stay with the original.
 *
 * @throws VocabularyError on first use of a token with a role that the vocabulary does not have
 */
export function fromHuggingFace(
  tokenizer: HuggingFaceTokenizer,
  options: FromHuggingFaceOptions = {},
): Tokenizer {
  return new WrappedTokenizer(tokenizer, options);
}

class WrappedTokenizer implements Tokenizer {
  readonly vocabSize: number;
  readonly specialTokenIds: readonly number[];
  readonly #tokenizer: HuggingFaceTokenizer;
  readonly #options: FromHuggingFaceOptions;

  constructor(tokenizer: HuggingFaceTokenizer, options: FromHuggingFaceOptions) {
    this.#tokenizer = tokenizer;
    this.#options = options;
    let largest = -1;
    for (const id of tokenizer.get_vocab(true).values()) largest = Math.max(largest, id);
    this.vocabSize = largest + 1;
    this.specialTokenIds = [...tokenizer.get_added_tokens_decoder()]
      .flatMap(([id, token]) => (token.special === true ? [id] : []))
      .sort((a, b) => a - b);
  }

  get padTokenId(): number {
    return this.#roleId(this.#options.padToken ?? '[PAD]', 'padToken');
  }

  get unkTokenId(): number {
    return this.#roleId(this.#options.unkToken ?? '[UNK]', 'unkToken');
  }

  get clsTokenId(): number {
    return this.#roleId(this.#options.clsToken ?? '[CLS]', 'clsToken');
  }

  get sepTokenId(): number {
    return this.#roleId(this.#options.sepToken ?? '[SEP]', 'sepToken');
  }

  get maskTokenId(): number {
    return this.#roleId(this.#options.maskToken ?? '[MASK]', 'maskToken');
  }

  encodeToIds(text: string, into: IdBuffer): void {
    for (const id of this.#tokenizer.encode(text, { add_special_tokens: false }).ids) into.push(id);
  }

  tokenToId(token: string): number | undefined {
    return this.#tokenizer.token_to_id(token);
  }

  idToToken(id: number): string | undefined {
    return this.#tokenizer.id_to_token(id);
  }

  isContinuation(id: number): boolean {
    const token = this.idToToken(id);
    if (token === undefined) return false;
    return this.#options.isContinuation?.(token) ?? token.startsWith('##');
  }

  decode(ids: Iterable<number>, options: DecodeOptions = {}): string {
    const { skipSpecialTokens = true, cleanUpTokenizationSpaces } = options;
    return this.#tokenizer.decode([...ids], {
      skip_special_tokens: skipSpecialTokens,
      ...(cleanUpTokenizationSpaces === undefined
        ? {}
        : { clean_up_tokenization_spaces: cleanUpTokenizationSpaces }),
    });
  }

  #roleId(token: string, role: string): number {
    const id = this.tokenToId(token);
    if (id !== undefined) return id;
    throw new VocabularyError(
      { file: '@huggingface/tokenizers' },
      `the vocabulary has no ${token} (${role}); name its counterpart in the options.`,
    );
  }
}
