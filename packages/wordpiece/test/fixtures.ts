// Reads the fixtures of this package's tests.
import { readFileSync } from 'node:fs';

import { WordPieceTokenizer } from '../src/index.ts';

export const fixtureUrl = (file: string): URL => new URL(`fixtures/${file}`, import.meta.url);

export const readFixture = (file: string): string => readFileSync(fixtureUrl(file), 'utf8');

/** The options with which each vocabulary was made. */
const OPTIONS = {
  'korean-cased': { stripAccents: false, lowercase: false },
  uncased: { stripAccents: null, lowercase: true },
  'no-chinese-split': { stripAccents: false, lowercase: false, handleChineseChars: false },
} as const;

export type FixtureName = keyof typeof OPTIONS;

export const fixtureTokenizer = (name: FixtureName): WordPieceTokenizer =>
  WordPieceTokenizer.fromVocab(readFixture(`${name}.vocab.txt`), OPTIONS[name]);
