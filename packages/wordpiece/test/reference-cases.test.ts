// Every reference encoding of Hugging Face tokenizers in test/fixtures/*.cases.json: single texts, pairs,
// truncation with padding, windows with a stride, decoding; and the corpus path on the same texts.
import { readFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';

import { IdBuffer, WordPieceTokenizer, type Encoding, type Offsets } from '../src/index.ts';

type Numbers = readonly number[];

interface Cases {
  readonly options: Record<string, boolean | null>;
  readonly single: readonly [
    text: string,
    ids: Numbers,
    typeIds: Numbers,
    offsets: Numbers,
    wordIds: readonly (number | null)[],
    specialTokensMask: Numbers,
    decoded: string,
  ][];
  readonly pairs: readonly [
    a: string,
    b: string,
    ids: Numbers,
    typeIds: Numbers,
    offsets: Numbers,
  ][];
  readonly truncatedPadded32: readonly [
    a: string,
    b: string,
    ids: Numbers,
    typeIds: Numbers,
    attentionMask: Numbers,
  ][];
  readonly stride24By8: readonly [
    text: string,
    windows: readonly [ids: Numbers, offsets: Numbers][],
  ][];
}

const read = (file: string): string =>
  readFileSync(new URL(`fixtures/${file}`, import.meta.url), 'utf8');

const flat = (offsets: readonly Offsets[]): number[] => offsets.flat();

describe.each(['korean-cased', 'uncased', 'no-chinese-split'])('%s', (name) => {
  const cases = JSON.parse(read(`${name}.cases.json`)) as Cases;
  const tokenizer = WordPieceTokenizer.fromVocab(read(`${name}.vocab.txt`), {
    cleanText: cases.options['clean_text'] ?? true,
    handleChineseChars: cases.options['handle_chinese_chars'] ?? true,
    stripAccents: cases.options['strip_accents'] ?? null,
    lowercase: cases.options['lowercase'] ?? true,
  });

  test('single texts', () => {
    const ours = cases.single.map(([text]) => {
      const encoding = tokenizer.encode(text);
      return [
        text,
        encoding.inputIds,
        encoding.tokenTypeIds,
        flat(encoding.codePointOffsets),
        encoding.wordIds,
        encoding.specialTokensMask,
        tokenizer.decode(encoding.inputIds),
      ];
    });
    expect(ours).toEqual(cases.single);
    expect(cases.single.length).toBeGreaterThanOrEqual(190);
  });

  test('pairs', () => {
    const ours = cases.pairs.map(([a, b]) => {
      const { inputIds, tokenTypeIds, codePointOffsets } = tokenizer.encode([a, b]);
      return [a, b, inputIds, tokenTypeIds, flat(codePointOffsets)];
    });
    expect(ours).toEqual(cases.pairs);
    expect(cases.pairs).toHaveLength(33);
  });

  test('truncated to 32, longest first, and padded to 32', () => {
    const ours = cases.truncatedPadded32.map(([a, b]) => {
      const encoding = tokenizer.encode([a, b], {
        truncation: 'longest_first',
        padding: 'max_length',
        maxLength: 32,
      });
      return [a, b, encoding.inputIds, encoding.tokenTypeIds, encoding.attentionMask];
    });
    expect(ours).toEqual(cases.truncatedPadded32);
  });

  const windowOptions = {
    maxLength: 24,
    stride: 8,
    truncation: true,
    returnOverflowingTokens: true,
  } as const;

  test('windows of 24 that share 8, as far as the reference reads', () => {
    const ours = cases.stride24By8.map(([text]) => {
      const encoding = tokenizer.encode(text, { ...windowOptions, stopEarly: true });
      const windows: Encoding[] = [encoding, ...encoding.overflowing];
      return [text, windows.map((window) => [window.inputIds, flat(window.codePointOffsets)])];
    });
    expect(ours).toEqual(cases.stride24By8);
    expect(cases.stride24By8.some(([, windows]) => windows.length > 1)).toBe(true);
  });

  test('windows that cover the whole text begin with those of the reference', () => {
    for (const [text, [kept]] of cases.stride24By8) {
      const encoding = tokenizer.encode(text, windowOptions);
      expect(encoding.inputIds).toEqual(kept?.[0]);
      const contents = [encoding, ...encoding.overflowing].map(({ inputIds }) =>
        inputIds.slice(1, -1),
      );
      const joined = contents.flatMap((ids, index) => (index === 0 ? ids : ids.slice(8)));
      expect(joined).toEqual(tokenizer.encode(text, { addSpecialTokens: false }).inputIds);
    }
  });

  test('the corpus path', () => {
    const into = new IdBuffer(1);
    for (const [text, ids] of cases.single) {
      into.clear();
      tokenizer.encodeToIds(text, into);
      expect([...into.view()]).toEqual(ids.slice(1, -1));
    }
  });
});
