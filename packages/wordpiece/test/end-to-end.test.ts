// From raw text to a saved tokenizer that other libraries' files describe: train, tokenize, save, load.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { trainWordPiece, WordPieceTokenizer } from '../src/index.ts';
import { fromFolder, saveTo } from '../src/node.ts';

const CORPUS = [
  '말을 모아 사전을 만든다.',
  '모은 말은 사전에 실린다.',
  '사전은 말의 집이다. A <x>',
];

test('a trained vocabulary makes a tokenizer with the options it was learned with', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'malmoi-train-'));
  try {
    const trained = await trainWordPiece(CORPUS, {
      vocabSize: 80,
      minFrequency: 1,
      lowercase: false,
      specialTokens: ['[PAD]', '[unk]', '[CLS]', '[SEP]', '[MASK]', '<x>'],
      unkToken: '[unk]',
      maxInputCharsPerWord: 20,
    });
    const tokenizer = WordPieceTokenizer.fromTrained(trained);
    expect(tokenizer.vocabulary.tokens).toEqual(trained.tokens);
    expect(tokenizer.unkTokenId).toBe(1);
    expect(tokenizer.tokenize('A<x>a')).toEqual(['A', '<x>', '[unk]']);
    expect(tokenizer.definition).toMatchObject({ maxInputCharsPerWord: 20 });
    for (const text of CORPUS) {
      const ids = tokenizer.encode(text).inputIds;
      expect(ids).not.toContain(tokenizer.unkTokenId);
      expect(tokenizer.decode(ids, { skipSpecialTokens: false })).toBe(`[CLS] ${text} [SEP]`);
    }
    await saveTo(tokenizer, folder);
    const loaded = await fromFolder(folder);
    expect(loaded.encodeBatch(CORPUS)).toEqual(tokenizer.encodeBatch(CORPUS));
    expect(loaded.unkTokenId).toBe(1);
  } finally {
    await rm(folder, { recursive: true });
  }
});
