// BERT's tokenizer: a vocabulary, the basic tokenizer's options and a template of special tokens, with
// the results of Hugging Face's BertWordPieceTokenizer.
import type { AddedToken } from './added-tokens.ts';
import { CharacterTable } from './characters.ts';
import { CorpusEncoder, type EncoderWork } from './corpus-encoder.ts';
import { joinTokens } from './decode.ts';
import { resolvePadding, resolveTruncation, type EncodeOptions } from './encode-options.ts';
import type { Encoding, TokenizedText } from './encoding.ts';
import { TokenizerOptionError, VocabularyError } from './errors.ts';
import type { IdBuffer } from './id-buffer.ts';
import { padEncoding, paddedLength } from './padding.ts';
import {
  bertPostProcessor,
  PLAIN_POST_PROCESSOR,
  withoutSpecialTokens,
  type PostProcessor,
} from './post-processor.ts';
import {
  definitionFromTokenizerJson,
  definitionFromTrained,
  definitionFromVocab,
  type FileNames,
  type TokenizerJsonSource,
  type TrainedVocabulary,
  type VocabSource,
} from './definition-sources.ts';
import { encodeSequences } from './sequence-encoder.ts';
import { textOf } from './surrogates.ts';
import { TextTokenizer } from './text-tokenizer.ts';
import { TokenTable } from './token-table.ts';
import type {
  SpecialTokens,
  TokenizerDefinition,
  WordPieceTokenizerOptions,
} from './tokenizer-definition.ts';
import type { DecodeOptions, Tokenizer } from './tokenizer-interface.ts';
import { Vocabulary } from './vocabulary.ts';
import { WordPieceModel } from './word-piece-model.ts';
import { writeTokenizerConfig, writeTokenizerJson } from './write-tokenizer-json.ts';

/** One text, or a pair of texts. */
export type EncodeInput = string | readonly [text: string, textPair: string];

/** A token to add: its text, or its text and flags (all false by default, but for `normalized`). */
export type NewToken = string | (Pick<AddedToken, 'content'> & Partial<Omit<AddedToken, 'id'>>);

/**
 * Immutable, and safe to share. Half a surrogate pair in a text counts as U+FFFD.
 *
 * The time of every method is linear in its input: no word costs more than maxInputCharsPerWord allows.
 */
export class WordPieceTokenizer implements Tokenizer {
  /** Everything this tokenizer is made of, as plain data. */
  readonly definition: TokenizerDefinition;
  readonly vocabulary: Vocabulary;
  readonly #model: WordPieceModel;
  readonly #tokens: TokenTable;
  readonly #textTokenizer: TextTokenizer;
  readonly #corpusEncoder: CorpusEncoder;

  /** @throws VocabularyError for an unusable vocabulary, one without the unknown token included */
  constructor(definition: TokenizerDefinition) {
    this.definition = definition;
    this.vocabulary = new Vocabulary(definition.tokens, definition.file);
    this.#model = new WordPieceModel(this.vocabulary, {
      unkToken: definition.specialTokens.unkToken,
      continuingSubwordPrefix: definition.continuingSubwordPrefix,
      maxInputCharsPerWord: definition.maxInputCharsPerWord,
    });
    this.#tokens = new TokenTable(this.vocabulary, definition);
    const table = new CharacterTable(definition.characters);
    this.#textTokenizer = new TextTokenizer(table, this.#model, definition.addedTokens);
    this.#corpusEncoder = new CorpusEncoder(table, this.#model);
  }

  /**
   * From the text of a vocab.txt, or its tokens in order.
   *
   * @param options as BertWordPieceTokenizer's; note that `lowercase` is true by default
   * @throws VocabularyError naming the line
   */
  static fromVocab(
    vocab: VocabSource,
    options: WordPieceTokenizerOptions = {},
    file?: string,
  ): WordPieceTokenizer {
    return new WordPieceTokenizer(definitionFromVocab(vocab, options, file));
  }

  /**
   * From tokenizer.json and, where there is one, tokenizer_config.json; each as text or parsed. As in
   * transformers, `truncation` and `padding` of the file are not applied.
   *
   * @throws TokenizerFileError, UnsupportedTokenizerError, VocabularyError
   */
  static fromTokenizerJson(
    tokenizer: TokenizerJsonSource,
    config?: TokenizerJsonSource,
    files?: FileNames,
  ): WordPieceTokenizer {
    return new WordPieceTokenizer(definitionFromTokenizerJson(tokenizer, config, files));
  }

  /** From what trainWordPiece returns: its tokens and the options they were learned with. */
  static fromTrained(trained: TrainedVocabulary): WordPieceTokenizer {
    return new WordPieceTokenizer(definitionFromTrained(trained));
  }

  get vocabSize(): number {
    return this.#tokens.size;
  }

  get specialTokenIds(): readonly number[] {
    return this.#tokens.specialIds;
  }

  /** @throws VocabularyError when the vocabulary has no such token; the same for the four below */
  get padTokenId(): number {
    return this.#roleId('padToken');
  }

  get unkTokenId(): number {
    return this.#roleId('unkToken');
  }

  get clsTokenId(): number {
    return this.#roleId('clsToken');
  }

  get sepTokenId(): number {
    return this.#roleId('sepToken');
  }

  get maskTokenId(): number {
    return this.#roleId('maskToken');
  }

  /** How much the corpus path has looked up so far. */
  get work(): Readonly<EncoderWork> {
    return this.#corpusEncoder.work;
  }

  tokenToId(token: string): number | undefined {
    return this.#tokens.tokenToId(token);
  }

  idToToken(id: number): string | undefined {
    return this.#tokens.idToToken(id);
  }

  isContinuation(id: number): boolean {
    const { continuingSubwordPrefix } = this.definition;
    return this.vocabulary.idToToken(id)?.startsWith(continuingSubwordPrefix) ?? false;
  }

  /** The tokens of a text, without special tokens around it. */
  tokenize(text: string): string[] {
    return this.#textTokenizer.tokenize(text).ids.map((id) => this.#tokenAt(id));
  }

  /**
   * Encodes a text or a pair.
   *
   * @throws TokenizerOptionError for options out of range or texts that cannot be cut as asked
   * @throws VocabularyError when a special token that is needed is not in the vocabulary
   */
  encode(input: EncodeInput, options: EncodeOptions = {}): Encoding {
    const [encoding] = this.encodeBatch([input], options);
    if (encoding === undefined) throw new RangeError('a batch of one has one encoding');
    return encoding;
  }

  /** Encodes many; with `padding`, all to one length. Throws as `encode` does. */
  encodeBatch(inputs: readonly EncodeInput[], options: EncodeOptions = {}): Encoding[] {
    const truncation = resolveTruncation(options, this.definition.modelMaxLength);
    const padding = resolvePadding(options);
    const encodings = inputs.map((input) => {
      const [first, second] = typeof input === 'string' ? [input] : input;
      const template = this.#template(second !== undefined, options.addSpecialTokens ?? true);
      const texts: [TokenizedText, TokenizedText?] = [this.#textTokenizer.tokenize(first)];
      if (second !== undefined) texts.push(this.#textTokenizer.tokenize(second));
      return encodeSequences(texts, template, truncation, (id) => this.#tokenAt(id));
    });
    if (padding === undefined) return encodings;
    const maxLength = options.maxLength ?? this.definition.modelMaxLength;
    const { strategy, side } = padding;
    const length = paddedLength(encodings, strategy, maxLength, options.padToMultipleOf);
    const token = { id: this.padTokenId, token: this.definition.specialTokens.padToken };
    return encodings.map((encoding) => padEncoding(encoding, length, side, token));
  }

  /**
   * Appends the ids of a text to `into`, without special tokens around it: the path for corpora. Gives
   * the ids of `encode(text, { addSpecialTokens: false })`. A tokenizer with added tokens that are
   * looked for in normalized text goes the slower way of `encode`.
   */
  encodeToIds(text: string, into: IdBuffer): void {
    const { verbatim, normalized } = this.#textTokenizer;
    if (!normalized.isEmpty) {
      for (const id of this.#textTokenizer.tokenize(text).ids) into.push(id);
    } else if (!verbatim.mayMatch(text)) {
      this.#corpusEncoder.encode(text, into);
    } else {
      for (const { token, start, end } of verbatim.split(text)) {
        if (token === undefined) this.#corpusEncoder.encode(text.slice(start, end), into);
        else into.push(token.id);
      }
    }
  }

  /** The same for `units[from, to)` of UTF-16, for callers that decode text themselves. */
  encodeUnitsToIds(units: Uint16Array, from: number, to: number, into: IdBuffer): void {
    const { verbatim, normalized } = this.#textTokenizer;
    if (normalized.isEmpty && !verbatim.mayMatchUnits(units, from, to)) {
      this.#corpusEncoder.encodeUnits(units, from, to, into);
    } else {
      this.encodeToIds(textOf(units, from, to), into);
    }
  }

  /**
   * Text from ids.
   *
   * @throws TokenizerOptionError for an id that is not in the vocabulary
   */
  decode(ids: Iterable<number>, options: DecodeOptions = {}): string {
    const { skipSpecialTokens = true } = options;
    const { prefix, cleanUp } = this.definition.decoder;
    const tokens: string[] = [];
    for (const id of ids) {
      if (skipSpecialTokens && this.#tokens.isSpecial(id)) continue;
      tokens.push(this.#tokenAt(id));
    }
    return joinTokens(tokens, prefix, options.cleanUpTokenizationSpaces ?? cleanUp);
  }

  /**
   * A tokenizer that also finds these tokens in the text and never splits them. Tokens outside the
   * vocabulary get the next ids, which the model's embedding must have rows for.
   */
  withAddedTokens(tokens: readonly NewToken[]): WordPieceTokenizer {
    const added = new Map(this.definition.addedTokens.map((token) => [token.content, token]));
    let next = this.vocabSize;
    for (const token of tokens) {
      const given = typeof token === 'string' ? { content: token } : token;
      if (given.content === '')
        throw new TokenizerOptionError('tokens', 'a token cannot be empty.');
      const id = this.tokenToId(given.content) ?? added.get(given.content)?.id ?? next++;
      const { special = false } = given;
      const flags = { singleWord: false, lstrip: false, rstrip: false, normalized: !special };
      added.set(given.content, { ...flags, ...given, special, id });
    }
    return new WordPieceTokenizer({ ...this.definition, addedTokens: [...added.values()] });
  }

  /** The text of vocab.txt: the model's vocabulary, without tokens added outside it. */
  toVocabText(): string {
    return this.vocabulary.toText();
  }

  /**
   * The text of tokenizer.json.
   *
   * @throws VocabularyError when the template needs a token that the vocabulary does not have
   */
  toTokenizerJson(): string {
    return writeTokenizerJson(this.definition, this.#postProcessor());
  }

  /** The text of tokenizer_config.json. Throws as toTokenizerJson does. */
  toTokenizerConfig(): string {
    return writeTokenizerConfig(this.definition, this.#postProcessor());
  }

  #template(isPair: boolean, addSpecialTokens: boolean): PostProcessor['single'] {
    if (!addSpecialTokens && this.definition.postProcessor === 'bert') {
      return PLAIN_POST_PROCESSOR[isPair ? 'pair' : 'single'];
    }
    const template = this.#postProcessor()[isPair ? 'pair' : 'single'];
    return addSpecialTokens ? template : withoutSpecialTokens(template);
  }

  #postProcessor(): PostProcessor {
    const { postProcessor, specialTokens } = this.definition;
    if (postProcessor !== 'bert') return postProcessor;
    return bertPostProcessor(
      { token: specialTokens.clsToken, id: this.clsTokenId },
      { token: specialTokens.sepToken, id: this.sepTokenId },
    );
  }

  #roleId(role: keyof SpecialTokens): number {
    const token = this.definition.specialTokens[role];
    const id = this.tokenToId(token);
    if (id !== undefined) return id;
    throw new VocabularyError(
      { file: this.definition.file },
      `the vocabulary has no ${token} (${role}), which is needed here; ` +
        'add it to the vocabulary or name another in specialTokens.',
    );
  }

  #tokenAt(id: number): string {
    const token = this.idToToken(id);
    if (token !== undefined) return token;
    throw new TokenizerOptionError('ids', `${id} is not an id of the ${this.vocabSize} tokens.`);
  }
}
