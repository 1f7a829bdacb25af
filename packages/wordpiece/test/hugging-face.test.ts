// @huggingface/tokenizers beside us: it loads what we save and gives the same ids, and behind our
// interface it does what our own tokenizer does.
import * as library from '@huggingface/tokenizers';
import { describe, expect, test } from '@jest/globals';

import {
  fromHuggingFace,
  IdBuffer,
  VocabularyError,
  type HuggingFaceTokenizer,
  type Tokenizer,
} from '../src/index.ts';
import { fixtureTokenizer, readFixture } from './fixtures.ts';

/** The library's declarations do not resolve under Node.js module rules, so its class is typed here. */
type HuggingFaceClass = new (
  tokenizer: object,
  config: object,
) => HuggingFaceTokenizer & {
  encode(text: string, options?: { text_pair: string }): { ids: number[] };
};
const { Tokenizer: HuggingFace } = library as unknown as { Tokenizer: HuggingFaceClass };

interface Cases {
  readonly single: readonly [text: string, ids: readonly number[]][];
  readonly pairs: readonly [a: string, b: string, ids: readonly number[]][];
}

/**
 * Where @huggingface/tokenizers 0.2.0 differs from the Rust library, which is the reference: it puts no
 * spaces around ideographs outside the Basic Multilingual Plane, and takes an empty second text for none.
 */
const KNOWN_DIFFERENCES: Readonly<Record<string, readonly string[]>> = {
  'korean-cased': ['𠀀𠀁 확장 한자'],
  uncased: ['𠀀𠀁 확장 한자'],
  'no-chinese-split': [],
};

describe.each(['korean-cased', 'uncased', 'no-chinese-split'] as const)('%s', (name) => {
  const ours = fixtureTokenizer(name);
  const theirs = new HuggingFace(
    JSON.parse(ours.toTokenizerJson()) as object,
    JSON.parse(ours.toTokenizerConfig()) as object,
  );
  const cases = JSON.parse(readFixture(`${name}.cases.json`)) as Cases;

  test('our tokenizer.json gives equal ids', () => {
    const differing = cases.single.filter(
      ([text, ids]) => JSON.stringify(theirs.encode(text).ids) !== JSON.stringify(ids),
    );
    expect(differing.map(([text]) => text)).toEqual(KNOWN_DIFFERENCES[name]);
    for (const [a, b, ids] of cases.pairs.filter(([, second]) => second !== ''))
      expect(theirs.encode(a, { text_pair: b }).ids).toEqual(ids);
  });

  test('wrapped, it serves the same interface', () => {
    const wrapped: Tokenizer = fromHuggingFace(theirs);
    const roles = ['padTokenId', 'unkTokenId', 'clsTokenId', 'sepTokenId', 'maskTokenId'] as const;
    for (const role of roles) expect(wrapped[role]).toBe(ours[role]);
    expect(wrapped.vocabSize).toBe(ours.vocabSize);
    expect(wrapped.specialTokenIds).toEqual(ours.specialTokenIds);
    const text = '이순신은 [MASK] 중기의 무신이다.';
    const [mine, its] = [new IdBuffer(), new IdBuffer()];
    ours.encodeToIds(text, mine);
    wrapped.encodeToIds(text, its);
    expect(its.toArray()).toEqual(mine.toArray());
    const ids = [...mine.view()];
    expect(ids.map((id) => wrapped.idToToken(id))).toEqual(ids.map((id) => ours.idToToken(id)));
    expect(ids.map((id) => wrapped.isContinuation(id))).toEqual(
      ids.map((id) => ours.isContinuation(id)),
    );
    expect(wrapped.decode(ids)).toBe(ours.decode(ids));
    expect(wrapped.tokenToId('no such token')).toBeUndefined();
    expect(() => fromHuggingFace(theirs, { maskToken: '<mask>' }).maskTokenId).toThrow(
      VocabularyError,
    );
  });
});
