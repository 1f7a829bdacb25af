// A small Korean corpus and a tokenizer for it, for the tests of preparing.
import { createHash } from 'node:crypto';

import { WordPieceTokenizer } from '@malmoi/wordpiece';

import type { CorpusDocument } from '../src/corpus/document.ts';
import type { PrepareInput } from '../src/node/prepare/prepare-documents.ts';
import { Random } from '../src/random.ts';

const WORDS = [
  '이순신은',
  '조선',
  '중기의',
  '무신이다',
  '바다를',
  '지켰다',
  '사람들이',
  '노래했다',
  '배가',
  '떠났다',
];

const characters = [...new Set(WORDS.join(''))];

/** Words whole, and every character as a first and a continuing piece. */
export const exampleTokenizer: WordPieceTokenizer = WordPieceTokenizer.fromVocab(
  [
    ...['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', '.'],
    ...characters,
    ...characters.map((character) => `##${character}`),
    ...WORDS.filter((_, i) => i % 2 === 0),
  ],
  { lowercase: false, stripAccents: false },
);

/** Documents, all different, of one to six sentences. */
export function exampleDocuments(count: number): string[][] {
  const random = new Random(21);
  const word = (): string => WORDS[random.below(WORDS.length)] ?? '';
  return Array.from({ length: count }, (_, i) => {
    const sentences = Array.from({ length: random.between(1, 6) }, () =>
      Array.from({ length: random.between(2, 8) }, word).join(' '),
    );
    return [
      ...sentences,
      `${'배가 '.repeat(1 + (i % 7))}${'떠났다 '.repeat(1 + Math.floor(i / 7))}`,
    ];
  });
}

/** Documents as an input of prepareDocuments. `onDocument` is called before each. */
export function inputOf(
  documents: readonly (readonly string[])[],
  onDocument?: () => void,
): PrepareInput {
  async function* read(): AsyncGenerator<CorpusDocument> {
    for (const [index, sentences] of documents.entries()) {
      onDocument?.();
      if (index % 16 === 0) await Promise.resolve();
      yield {
        source: 'example',
        index,
        indexInSource: index,
        sentences: sentences.map((text, i) => ({ text, line: i + 1, byteOffset: 0 })),
      };
    }
  }
  return {
    documents: read(),
    sources: ['example'],
    fingerprint: createHash('sha256').update(JSON.stringify(documents)).digest('hex'),
    totalBytes: undefined,
    bytesRead: () => 0,
    warnings: () => [],
  };
}
