// Options of training: names, defaults and meaning are those of Hugging Face's BertWordPieceTokenizer
// and its train(), but for limitAlphabet, whose default there turns Korean into [UNK].
import type { CharacterOptions } from '../characters.ts';
import { TokenizerOptionError } from '../errors.ts';

/** How far training has come. */
export interface TrainingProgress {
  /** Counting words of the corpus, or learning merges. */
  readonly stage: 'count' | 'merge';
  /** Bytes of text read so far; tokens in the vocabulary so far. */
  readonly done: number;
  /** Bytes of all files, undefined where it is not known before the end; tokens asked for. */
  readonly total: number | undefined;
}

export interface TrainWordPieceOptions extends CharacterOptions {
  /** How many tokens the vocabulary shall have, special tokens and alphabet included. Default 30000. */
  readonly vocabSize?: number;
  /** Pairs that occur less often are not merged. Default 2. */
  readonly minFrequency?: number;
  /**
   * How many different characters the alphabet keeps, the most frequent first; words with any other
   * character become [UNK]. `Infinity` keeps all. Without a number every Hangul syllable and jamo that
   * occurs is kept, and of all other characters the 1,000 most frequent.
   */
  readonly limitAlphabet?: number;
  /** Characters that are in the alphabet whether they occur or not: the first one of each string. Default none. */
  readonly initialAlphabet?: readonly string[];
  /** The first tokens, in this order. Default [PAD], [UNK], [CLS], [SEP], [MASK]. */
  readonly specialTokens?: readonly string[];
  /** What stands for a word that the vocabulary cannot write; one of `specialTokens`. Default '[UNK]'. */
  readonly unkToken?: string;
  /** What a token that continues a word begins with. Default '##'. */
  readonly continuingSubwordPrefix?: string;
  /**
   * Longer words (in code points) become [UNK] when text is encoded. Default 100. As in the reference,
   * they are learned from all the same.
   */
  readonly maxInputCharsPerWord?: number;
  /**
   * 'NFC' composes text before anything else, so that NFD Korean counts as syllables. A BERT tokenizer
   * does not compose: compose what you encode, too. Default: text is taken as it is.
   */
  readonly normalization?: 'NFC' | undefined;
  /** Called now and then. */
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Ends training early: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What was learned with which settings: every option that decides about tokens, defaults filled in. */
export interface TrainedWordPieceOptions {
  readonly vocabSize: number;
  readonly minFrequency: number;
  /** Undefined: the default rule. */
  readonly limitAlphabet: number | undefined;
  readonly initialAlphabet: readonly string[];
  readonly specialTokens: readonly string[];
  readonly unkToken: string;
  readonly continuingSubwordPrefix: string;
  readonly maxInputCharsPerWord: number;
  readonly normalization: 'NFC' | undefined;
  readonly cleanText: boolean;
  readonly handleChineseChars: boolean;
  readonly stripAccents: boolean | null;
  readonly lowercase: boolean;
}

/** The special tokens of BERT, in the order in which Hugging Face numbers them. */
const BERT_SPECIAL_TOKENS: readonly string[] = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];

/**
 * Fills in the defaults.
 * @throws TokenizerOptionError naming the first option that is out of its range
 */
export function resolveTrainOptions(options: TrainWordPieceOptions): TrainedWordPieceOptions {
  const resolved: TrainedWordPieceOptions = {
    vocabSize: options.vocabSize ?? 30_000,
    minFrequency: options.minFrequency ?? 2,
    limitAlphabet: options.limitAlphabet,
    initialAlphabet: options.initialAlphabet ?? [],
    specialTokens: options.specialTokens ?? BERT_SPECIAL_TOKENS,
    unkToken: options.unkToken ?? '[UNK]',
    continuingSubwordPrefix: options.continuingSubwordPrefix ?? '##',
    maxInputCharsPerWord: options.maxInputCharsPerWord ?? 100,
    normalization: options.normalization,
    cleanText: options.cleanText ?? true,
    handleChineseChars: options.handleChineseChars ?? true,
    stripAccents: options.stripAccents ?? null,
    lowercase: options.lowercase ?? true,
  };
  requireWhole('vocabSize', resolved.vocabSize, 1, MAX_TOKENS);
  requireWhole('minFrequency', resolved.minFrequency, 0);
  requireWhole('maxInputCharsPerWord', resolved.maxInputCharsPerWord, 1, 1_000_000);
  if (resolved.limitAlphabet !== undefined && resolved.limitAlphabet !== Infinity) {
    requireWhole('limitAlphabet', resolved.limitAlphabet, 0);
  }
  requireTokens(resolved);
  const normalization: unknown = options.normalization;
  if (normalization !== undefined && normalization !== 'NFC') {
    throw new TokenizerOptionError(
      'normalization',
      `expected 'NFC' or nothing, got ${JSON.stringify(normalization)}.`,
    );
  }
  return resolved;
}

/** Far beyond any vocabulary; an id fits 32 bits, and tables by id stay small. */
const MAX_TOKENS = 10_000_000;

function requireWhole(
  option: string,
  value: number,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new TokenizerOptionError(
    option,
    `expected a whole number from ${least} to ${most}, got ${String(value)}.`,
  );
}

function requireTokens({
  specialTokens,
  unkToken,
  initialAlphabet,
}: TrainedWordPieceOptions): void {
  for (const [i, token] of specialTokens.entries()) {
    if (token === '') throw new TokenizerOptionError('specialTokens', `token ${i} is empty.`);
    if (specialTokens.indexOf(token) !== i) {
      throw new TokenizerOptionError(
        'specialTokens',
        `${token} appears twice; name each token once.`,
      );
    }
  }
  if (!specialTokens.includes(unkToken)) {
    throw new TokenizerOptionError(
      'specialTokens',
      `${unkToken} is missing; words that the vocabulary cannot write need it. ` +
        'Add it, or name another one as unkToken.',
    );
  }
  const empty = initialAlphabet.indexOf('');
  if (empty >= 0) throw new TokenizerOptionError('initialAlphabet', `character ${empty} is empty.`);
}
