// Training as a whole: against the reference's own vocabularies, the alphabet, the report, warnings and
// bad arguments.
import { readFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';

import { EmptyCorpusError, TokenizerOptionError } from '../src/errors.ts';
import type { TrainedWordPiece } from '../src/train/learn-vocabulary.ts';
import type { TrainingProgress, TrainWordPieceOptions } from '../src/train/options.ts';
import { trainWordPiece } from '../src/train/train-wordpiece.ts';
import { WordPieceTokenizer } from '../src/tokenizer.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`fixtures/training/${name}`, import.meta.url), 'utf8');

/** What generate.py writes: see there. */
interface Expected {
  readonly settings: {
    readonly lowercase: boolean;
    readonly strip_accents: boolean | null;
    readonly vocab_size: number;
    readonly min_frequency: number;
    readonly limit_alphabet: number;
  };
  readonly size: number;
  readonly alphabet: string;
  readonly always: readonly string[];
  readonly ever: readonly string[];
}

const corpus = fixture('corpus.txt').split('\n');
const expected = JSON.parse(fixture('expected.json')) as Record<string, Expected>;

const jaccard = (a: ReadonlySet<string>, b: ReadonlySet<string>): number => {
  const common = [...a].filter((token) => b.has(token)).length;
  return common / (a.size + b.size - common);
};

describe('against Hugging Face tokenizers', () => {
  test.each(Object.entries(expected))(
    '%s',
    async (_, { settings, size, alphabet, always, ever }) => {
      const trained = await trainWordPiece(corpus, {
        lowercase: settings.lowercase,
        stripAccents: settings.strip_accents,
        vocabSize: settings.vocab_size,
        minFrequency: settings.min_frequency,
        limitAlphabet: settings.limit_alphabet,
      });
      const tokens = new Set(trained.tokens);
      const possible = new Set([...always, ...ever]);
      const isSingle = (token: string): boolean => Array.from(token).length === 1;
      // Equally frequent characters at the limit of the alphabet are kept by chance there.
      const singles = [...possible].filter(isSingle).length;
      const single = trained.tokens.filter(isSingle);
      expect(Array.from(alphabet).filter((character) => !single.includes(character))).toEqual([]);
      expect(single.length).toBe(Math.min(settings.limit_alphabet, singles));
      // What it learns in every one of 60 runs we learn too, and nothing that it never learns.
      expect(always.filter((token) => !tokens.has(token))).toEqual([]);
      expect(trained.tokens.filter((token) => !possible.has(token))).toEqual([]);
      expect(Math.abs(tokens.size - size)).toBeLessThanOrEqual(possible.size - always.length);
      expect(jaccard(tokens, new Set(always))).toBeGreaterThan(0.85);
    },
  );
});

const train = (
  texts: Iterable<string>,
  options: TrainWordPieceOptions = {},
): Promise<TrainedWordPiece> =>
  trainWordPiece(texts, { minFrequency: 1, lowercase: false, ...options });

describe('tokens', () => {
  test('special tokens, then the alphabet, then its continuing forms, then merges', async () => {
    const { tokens, merges } = await train(['나가 나가 다']);
    expect(tokens).toEqual([
      ...['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'],
      ...['가', '나', '다', '##가', '나가'],
    ]);
    expect(merges).toEqual([{ left: 6, right: 8, token: 9, count: 2 }]);
  });

  test('initialAlphabet counts with its first characters, whether they occur or not', async () => {
    const { tokens } = await train(['a'], { initialAlphabet: ['zebra', 'b'] });
    expect(tokens.slice(5)).toEqual(['a', 'b', 'z']);
  });

  test('other special tokens and another prefix', async () => {
    const { tokens } = await train(['ab'], {
      specialTokens: ['<unk>', '<mask>'],
      unkToken: '<unk>',
      continuingSubwordPrefix: '@@',
    });
    expect(tokens).toEqual(['<unk>', '<mask>', 'a', 'b', '@@b', 'ab']);
  });

  test('NFD Korean is composed only when asked', async () => {
    const nfd = ['한국 한국'.normalize('NFD')];
    expect((await train(nfd, { normalization: 'NFC' })).tokens.slice(5)).toEqual([
      ...['국', '한', '##국', '한국'],
    ]);
    expect((await train(nfd)).tokens).not.toContain('한국');
  });

  test('from arrays, iterables and async iterables, in any order', async () => {
    const expectedTokens = (await train(corpus)).tokens;
    const shuffled = [...corpus].sort((a, b) => a.length - b.length);
    async function* slowly(): AsyncGenerator<string> {
      for (const line of shuffled) yield await Promise.resolve(line);
    }
    expect((await train(new Set(shuffled))).tokens).toEqual(expectedTokens);
    expect((await trainWordPiece(slowly(), { minFrequency: 1, lowercase: false })).tokens).toEqual(
      expectedTokens,
    );
  });

  test('a word never goes on from one text into the next, however long the texts', async () => {
    const long = '가나다라 '.repeat(30_000);
    const { report } = await train([long, '마', '바', `${long}😀`, '사']);
    expect(report.words).toBe(60_004);
    expect(report.uniqueWords).toBe(5);
  });

  test('half a surrogate pair is read as U+FFFD', async () => {
    const texts = ['a\ud800b', '\udc00', `${'x'.repeat(16_383)}😀`];
    const { tokens, report } = await train(texts, { cleanText: false, vocabSize: 1 });
    // The pair is not torn apart where the text is encoded in parts; the run of x is cut four times.
    expect(tokens.slice(5)).toEqual(['a', 'b', 'x', '\ufffd', '😀', '##b', '##x', '##\ufffd']);
    expect(report.characters).toBe(4 + 16_384);
  });

  test('make a tokenizer that encodes the corpus without [UNK]', async () => {
    const trained = await train(corpus, { vocabSize: 500 });
    const tokenizer = WordPieceTokenizer.fromTrained(trained);
    const tokens = corpus.flatMap(
      (line) => tokenizer.encode(line, { addSpecialTokens: false }).tokens,
    );
    expect(tokens).not.toContain('[UNK]');
    expect(tokens.length / trained.report.eojeols).toBeCloseTo(trained.report.piecesPerEojeol, 12);
  });
});

describe('limitAlphabet', () => {
  const syllables = Array.from({ length: 1500 }, (_, i) => String.fromCodePoint(0xac00 + 7 * i));
  const kana = ['あ', 'い', 'う'];
  const texts = [...syllables, ...Array.from({ length: 9 }, () => 'ㅋㅋ'), ...kana];

  test('left out: all Hangul stays, however many different syllables occur', async () => {
    const { report, warnings } = await train(texts, { vocabSize: 2000 });
    expect(report).toMatchObject({
      alphabetSize: 1504,
      hangulSyllables: 1500,
      hangulSyllablesKept: 1500,
      hangulCoverage: 1,
      unknownWordRate: 0,
    });
    expect(warnings.map(({ kind }) => kind)).toEqual(['vocabulary-not-filled']);
  });

  test('left out: of other characters the 1,000 most frequent stay', async () => {
    const greek = Array.from({ length: 1200 }, (_, i) => String.fromCodePoint(0x1400 + (i % 600)));
    const letters = Array.from({ length: 700 }, (_, i) => String.fromCodePoint(0xa000 + i));
    const { report, tokens } = await train([...greek, ...letters, '가'], { vocabSize: 10 });
    expect(report.alphabetSize).toBe(1001);
    expect(tokens).toContain(String.fromCodePoint(0xa000 + 399));
    expect(tokens).not.toContain(String.fromCodePoint(0xa000 + 400));
  });

  test('as in the reference, 1,000 turns the other syllables into [UNK]; a warning says how much', async () => {
    const { report, warnings } = await train(texts, { limitAlphabet: 1000, vocabSize: 1000 });
    expect(report.alphabetSize).toBe(1000);
    // ㅋ and, of the equally frequent, the lowest code points: three kana, 996 syllables.
    expect(report.hangulSyllablesKept).toBe(996);
    expect(report.hangulCoverage).toBeCloseTo(996 / 1500, 12);
    expect(report.unknownWordRate).toBeCloseTo(504 / 1512, 12);
    expect(report.unknownCharacterRate).toBeCloseTo(504 / 1521, 12);
    const [warning] = warnings;
    expect(warning).toMatchObject({ kind: 'unknown-characters', value: 504 / 1521 });
    expect(warning?.message).toMatch(/^33\.14 % of the corpus's characters become \[UNK\]/);
  });

  test('Infinity keeps every character', async () => {
    const letters = Array.from({ length: 3000 }, (_, i) => String.fromCodePoint(0x4e00 + i));
    expect((await train(letters, { limitAlphabet: Infinity })).report.alphabetSize).toBe(3000);
  });
});

describe('the report', () => {
  test('counts words, characters, eojeols and pieces', async () => {
    const { report } = await train(['나는 집에 간다.', '집에 가자!  '], { vocabSize: 5 });
    expect(report).toEqual({
      uniqueWords: 6,
      words: 7,
      characters: 12,
      eojeols: 5,
      alphabetSize: 10,
      hangulSyllables: 8,
      hangulSyllablesKept: 8,
      hangulCoverage: 1,
      unknownWordRate: 0,
      unknownCharacterRate: 0,
      piecesPerEojeol: 12 / 5,
      notNfcRate: 0,
      invalidSequences: 0,
      cuts: 0,
    });
  });

  test('words past maxInputCharsPerWord are unknown', async () => {
    const { report, warnings } = await train(['가나다', '가나'], { maxInputCharsPerWord: 2 });
    expect(report.unknownWordRate).toBe(0.5);
    expect(warnings.map(({ kind }) => kind)).toContain('unknown-characters');
  });

  test('says what is not in NFC, and warns unless it is composed', async () => {
    const texts = ['한국 사람'.normalize('NFD'), '한국 사람'];
    const { report, warnings } = await train(texts);
    expect(report.notNfcRate).toBe(0.5);
    expect(warnings.map(({ kind }) => kind)).toContain('not-nfc');
    const composed = await train(texts, { normalization: 'NFC' });
    expect(composed.report.notNfcRate).toBe(0.5);
    expect(composed.warnings.map(({ kind }) => kind)).not.toContain('not-nfc');
  });
});

describe('warnings', () => {
  test('a vocabulary that the alphabet alone overfills', async () => {
    const { tokens, warnings } = await train(['나가 나가'], { vocabSize: 6 });
    expect(tokens.length).toBe(8);
    expect(warnings).toMatchObject([{ kind: 'vocabulary-too-small', value: 8 }]);
  });

  test('none where there is nothing to say', async () => {
    expect((await train(corpus, { vocabSize: 450 })).warnings).toEqual([]);
  });
});

describe('small and empty corpora', () => {
  test.each([
    ['nothing', []],
    ['empty texts', ['', '']],
    ['blanks', [' ', '\n\t\u3000']],
    ['only what cleaning removes', ['\u0000\u200b\ufffd', '\ud800']],
    ['only accents that are stripped', ['\u0301']],
  ])('%s', async (_, texts) => {
    const trained = trainWordPiece(texts);
    await expect(trained).rejects.toThrow(EmptyCorpusError);
    await expect(trained).rejects.toThrow(/^The texts: there is no word in it/);
  });

  test('one character', async () => {
    expect((await train(['가'])).tokens.slice(5)).toEqual(['가']);
  });
});

describe('progress', () => {
  test('comes from counting, then from merging', async () => {
    const seen: TrainingProgress[] = [];
    await train(corpus, { vocabSize: 450, onProgress: (progress) => seen.push(progress) });
    const bytes = new TextEncoder().encode(corpus.join('\n')).length + 1;
    expect(seen[0]).toEqual({ stage: 'count', done: bytes, total: bytes });
    expect(seen.at(-1)).toEqual({ stage: 'merge', done: 450, total: 450 });
  });

  test('an error in the callback ends training', async () => {
    const trained = train(corpus, {
      onProgress: () => {
        throw new Error('display closed');
      },
    });
    await expect(trained).rejects.toThrow('display closed');
  });
});

describe('bad arguments', () => {
  test.each<[TrainWordPieceOptions, string]>([
    [{ vocabSize: 0 }, 'vocabSize: expected a whole number from 1 to 10000000, got 0.'],
    [
      { vocabSize: 1e15 },
      'vocabSize: expected a whole number from 1 to 10000000, got 1000000000000000.',
    ],
    [{ vocabSize: 2.5 }, 'vocabSize: expected a whole number'],
    [{ minFrequency: -1 }, 'minFrequency: expected a whole number from 0'],
    [{ minFrequency: NaN }, 'got NaN.'],
    [{ limitAlphabet: -5 }, 'limitAlphabet: expected a whole number from 0'],
    [{ maxInputCharsPerWord: 0 }, 'maxInputCharsPerWord: expected a whole number from 1'],
    [{ specialTokens: ['[UNK]', ''] }, 'specialTokens: token 1 is empty.'],
    [
      { specialTokens: ['[UNK]', '[UNK]'] },
      'specialTokens: [UNK] appears twice; name each token once.',
    ],
    [{ specialTokens: ['[PAD]'] }, 'specialTokens: [UNK] is missing'],
    [{ initialAlphabet: ['a', ''] }, 'initialAlphabet: character 1 is empty.'],
    [{ normalization: 'NFKC' as 'NFC' }, 'normalization: expected \'NFC\' or nothing, got "NFKC".'],
  ])('%j', async (options, message) => {
    await expect(trainWordPiece(['텍스트'], options)).rejects.toThrow(TokenizerOptionError);
    await expect(trainWordPiece(['텍스트'], options)).rejects.toThrow(message);
  });

  test.each<[string, unknown, string]>([
    ['a string', 'text', 'got string. Put a single text into an array'],
    ['a number', 5, 'got number.'],
    ['null', null, 'got null.'],
    ['an object', {}, 'got object.'],
    ['an array of other things', ['a', 7], 'expected strings only, but item 1 is number.'],
    ['an array with null', [null], 'expected strings only, but item 0 is null.'],
  ])('a source that is %s', async (_, source, message) => {
    const trained = trainWordPiece(source as string[]);
    await expect(trained).rejects.toThrow(TokenizerOptionError);
    await expect(trained).rejects.toThrow(message);
  });
});
