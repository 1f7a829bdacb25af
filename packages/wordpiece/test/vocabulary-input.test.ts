// Every bad or odd vocabulary, each with its error or its documented handling.
import { describe, expect, test } from '@jest/globals';

import {
  parseVocabText,
  TokenizerOptionError,
  VocabularyError,
  Vocabulary,
  WordPieceTokenizer,
} from '../src/index.ts';

const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
const make = (...tokens: string[]): WordPieceTokenizer =>
  WordPieceTokenizer.fromVocab([...SPECIAL, ...tokens]);
const tokens = (tokenizer: WordPieceTokenizer, text: string): readonly string[] =>
  tokenizer.encode(text, { addSpecialTokens: false }).tokens;

function problemOf(action: () => unknown): VocabularyError {
  try {
    action();
  } catch (error) {
    if (error instanceof VocabularyError) return error;
    throw error;
  }
  throw new Error('expected a VocabularyError');
}

describe('refused, naming file and line', () => {
  test.each([
    ['empty', ''],
    ['only blank lines', '\n\n \r\n'],
    ['only a byte order mark', '\ufeff'],
  ])('%s', (_, text) => {
    const error = problemOf(() => parseVocabText(text, 'a/vocab.txt'));
    expect(error.message).toBe('a/vocab.txt: the vocabulary is empty; expected at least [UNK].');
    expect(error.file).toBe('a/vocab.txt');
  });

  test('a duplicate', () => {
    const error = problemOf(() => parseVocabText('[UNK]\na\nb\na\n', 'v.txt'));
    expect(error.line).toBe(4);
    expect(error.message).toBe(
      'v.txt, line 4: token "a" was already on line 2; each may appear once.',
    );
  });

  test('a duplicate that trailing blanks hide', () => {
    expect(problemOf(() => parseVocabText('[UNK]\na\na \n')).line).toBe(3);
  });

  test.each(['[UNK]\n\na\n', '[UNK]\n \t\na\n', '\n[UNK]\n', '[UNK]\r\n\r\na\r\n'])(
    'a blank line before the end: %j',
    (text) => {
      const error = problemOf(() => parseVocabText(text, 'v.txt'));
      expect(error.message).toContain('a blank line would take an id');
      expect(error.line).toBe(text.startsWith('\n') ? 1 : 2);
    },
  );

  test('no [UNK]', () => {
    const error = problemOf(() => WordPieceTokenizer.fromVocab('[PAD]\na\n', {}, 'v.txt'));
    expect(error.message).toBe(
      'v.txt: the vocabulary has no [UNK]; a word outside it could not be represented.',
    );
  });

  test('no [MASK], when it is asked for', () => {
    const tokenizer = WordPieceTokenizer.fromVocab('[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n', {}, 'v.txt');
    expect(tokenizer.encode('a').tokens).toEqual(['[CLS]', 'a', '[SEP]']);
    const error = problemOf(() => tokenizer.maskTokenId);
    expect(error.message).toMatch(/^v\.txt: the vocabulary has no \[MASK\] \(maskToken\)/);
  });

  test('no [CLS], [SEP] or [PAD], when they are needed', () => {
    const tokenizer = WordPieceTokenizer.fromVocab(['[UNK]', 'a']);
    expect(tokenizer.encode('a', { addSpecialTokens: false }).inputIds).toEqual([1]);
    expect(problemOf(() => tokenizer.encode('a')).message).toContain('[CLS]');
    expect(problemOf(() => tokenizer.toTokenizerJson()).message).toContain('[CLS]');
    const padded = { addSpecialTokens: false, padding: true } as const;
    expect(problemOf(() => tokenizer.encode('a', padded)).message).toContain('[PAD]');
  });

  test('half a surrogate pair, a line break', () => {
    expect(problemOf(() => new Vocabulary(['[UNK]', 'a\ud800'])).line).toBe(2);
    expect(problemOf(() => new Vocabulary(['[UNK]', 'a\nb'])).line).toBe(2);
    expect(problemOf(() => new Vocabulary(['[UNK]', 'a\r'])).line).toBe(2);
  });

  test('maxInputCharsPerWord out of range', () => {
    for (const maxInputCharsPerWord of [0, -1, 1.5, NaN, 1e9]) {
      expect(() => WordPieceTokenizer.fromVocab(SPECIAL, { maxInputCharsPerWord })).toThrow(
        TokenizerOptionError,
      );
    }
  });
});

describe('accepted', () => {
  test('a byte order mark, CRLF, trailing blanks, blank lines at the end, no final newline', () => {
    const expected = ['[UNK]', 'a', '##b'];
    for (const text of [
      '\ufeff[UNK]\na\n##b\n',
      '[UNK]\r\na\r\n##b\r\n',
      '[UNK] \na\t \n##b',
      '[UNK]\na\n##b\n\n \n',
    ]) {
      expect(parseVocabText(text).tokens).toEqual(expected);
    }
  });

  test('names of members of Object.prototype are tokens like any other', () => {
    const plain = make('a');
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf']) {
      expect(plain.tokenToId(name)).toBeUndefined();
    }
    const tokenizer = make('constructor', '__proto__', 'proto', '_');
    expect(tokenizer.tokenToId('__proto__')).toBe(6);
    expect(tokens(tokenizer, 'constructor __proto__')).toEqual([
      'constructor',
      '_',
      '_',
      'proto',
      '_',
      '_',
    ]);
    const again = WordPieceTokenizer.fromTokenizerJson(tokenizer.toTokenizerJson());
    expect(again.vocabulary.tokens).toEqual(tokenizer.vocabulary.tokens);
  });

  test('a bare ## keeps its id and never matches', () => {
    const tokenizer = make('##', 'a', '#', '##b');
    expect(tokenizer.tokenToId('##')).toBe(5);
    expect(tokens(tokenizer, 'a## ab ##')).toEqual(['a', '#', '#', 'a', '##b', '#', '#']);
    expect(tokens(tokenizer, 'ac')).toEqual(['[UNK]']);
  });

  test('a token with U+2028 or U+0085 stays one token on one line', () => {
    const text = `${SPECIAL.join('\n')}\na\u2028b\n\u0085\n\u2028\nc\n`;
    const tokenizer = WordPieceTokenizer.fromVocab(text);
    expect(tokenizer.tokenToId('a\u2028b')).toBe(5);
    expect(tokenizer.tokenToId('c')).toBe(8);
    expect(tokenizer.toVocabText()).toBe(text);
  });

  test('another prefix', () => {
    const tokenizer = WordPieceTokenizer.fromVocab([...SPECIAL, 'a', '@@b', '##c'], {
      continuingSubwordPrefix: '@@',
    });
    expect(tokens(tokenizer, 'ab ac')).toEqual(['a', '@@b', '[UNK]']);
    expect(tokenizer.isContinuation(6)).toBe(true);
    expect(tokenizer.isContinuation(7)).toBe(false);
    expect(tokenizer.decode([5, 6])).toBe('ab');
  });
});
