// Counting words from bytes gives what cutting and normalizing the text as a whole gives: for random
// text, any division into pieces, all settings, and bytes that are no UTF-8.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { CharacterOptions, CharacterTable } from '../src/characters.ts';
import {
  resolveTrainOptions,
  type TrainedWordPieceOptions,
  type TrainWordPieceOptions,
} from '../src/train/options.ts';
import { rewriteWords } from '../src/train/rewrite-words.ts';
import { prepareScan, type ScanSetup } from '../src/train/scan-setup.ts';
import { uniqueWordsOf } from '../src/train/unique-words.ts';
import { MAX_WORD_BYTES, WordScanner } from '../src/train/word-scanner.ts';
import { wordsOf } from './words-of.ts';

const encoder = new TextEncoder();

const setups = new Map<string, ScanSetup>();

/** prepareScan takes milliseconds, which hundreds of runs would add up. */
function cachedSetup(options: TrainedWordPieceOptions): ScanSetup {
  const key = JSON.stringify(options);
  const setup = setups.get(key) ?? prepareScan(options);
  setups.set(key, setup);
  return setup;
}

/** The words of some bytes with their counts, scanned in blocks of the given sizes. */
function countWords(
  bytes: Uint8Array,
  settings: TrainWordPieceOptions,
  blockSizes: readonly number[] = [],
): { words: Map<string, number>; scanner: WordScanner; invalid: number; notNfc: number } {
  const options = resolveTrainOptions(settings);
  const setup = cachedSetup(options);
  const scanner = new WordScanner(setup.classes);
  let held: number[] = [];
  let from = 0;
  for (const size of [...blockSizes, Infinity]) {
    const to = Math.min(bytes.length, from + size);
    const block = Uint8Array.from([...held, ...bytes.subarray(from, to)]);
    const done = scanner.scan(block, block.length, size === Infinity);
    held = [...block.subarray(done)];
    from = to;
  }
  const totals = rewriteWords(scanner.table, setup, options.normalization);
  const { units, starts, counts } = uniqueWordsOf(scanner.table);
  const words = new Map<string, number>();
  for (const [i, count] of counts.entries()) {
    words.set(String.fromCharCode(...units.subarray(starts[i], starts[i + 1])), count);
  }
  return { words, scanner, invalid: totals.invalidSequences, notNfc: totals.notNfcWords };
}

const tableOf = (options: CharacterOptions): CharacterTable =>
  cachedSetup(resolveTrainOptions(options)).characters;

function tally(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

const sorted = (words: ReadonlyMap<string, number>): [string, number][] =>
  [...words].sort(([a], [b]) => (a < b ? -1 : 1));

/** Characters with something special about them, among ordinary ones. */
const awkward = fc.constantFrom(
  ...[
    'a',
    'B',
    'é',
    'e\u0301',
    '\u0301',
    '\u0338',
    '=',
    '<',
    '가',
    '각',
    '\u1112\u1161\u11ab',
    '\u11ab',
  ],
  ...[
    'ㅋ',
    '漢',
    '\uf900',
    '\u{2f800}',
    '😀',
    ' ',
    '\n',
    '\r',
    '\t',
    '\u0085',
    '\u00a0',
    '\u2028',
    '\u3000',
  ],
  ...[
    '\0',
    '\u0007',
    '\u200d',
    '\ufeff',
    '\ufffd',
    '.',
    '…',
    '\u037e',
    '\u0387',
    'İ',
    'ß',
    'ﬁ',
    '\u302e',
  ],
);
const text = fc.string({ unit: fc.oneof(awkward, fc.string({ unit: 'binary', maxLength: 1 })) });
const settings = fc.record({
  cleanText: fc.boolean(),
  handleChineseChars: fc.boolean(),
  stripAccents: fc.constantFrom(null, true, false),
  lowercase: fc.boolean(),
});

describe('words counted from bytes', () => {
  test('equal the words of the whole text, however it is divided into blocks', () => {
    fc.assert(
      fc.property(text, settings, fc.array(fc.nat(7)), (content, options, blockSizes) => {
        const { words } = countWords(encoder.encode(content), options, blockSizes);
        const expected = tally(wordsOf(tableOf(options), content));
        expect(sorted(words)).toEqual(sorted(expected));
      }),
      { numRuns: 200 },
    );
  });

  test('with NFC equal the words of the composed text', () => {
    fc.assert(
      fc.property(text, settings, fc.array(fc.nat(7)), (content, options, blockSizes) => {
        const bytes = encoder.encode(content);
        const { words } = countWords(bytes, { ...options, normalization: 'NFC' }, blockSizes);
        const expected = tally(wordsOf(tableOf(options), content.normalize('NFC')));
        expect(sorted(words)).toEqual(sorted(expected));
      }),
      { numRuns: 200 },
    );
  });

  test('of any bytes equal those of what TextDecoder makes of them', () => {
    const bytes = fc
      .array(
        fc.oneof(
          fc.uint8Array({ maxLength: 4 }),
          text.map((part) => encoder.encode(part)),
          fc.constantFrom(
            [0xed, 0xa0, 0x80],
            [0xc0, 0x80],
            [0xf4, 0x90, 0x80, 0x80],
            [0xe0, 0x80, 0x80],
          ),
        ),
      )
      .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(7)), fc.boolean(), (content, blockSizes, cleanText) => {
        const decoded = new TextDecoder('utf-8', { ignoreBOM: true }).decode(content);
        const options = { cleanText, lowercase: false };
        const { words } = countWords(content, options, blockSizes);
        const expected = tally(wordsOf(tableOf(options), decoded));
        expect(sorted(words)).toEqual(sorted(expected));
      }),
      { numRuns: 200 },
    );
  });

  test('an ill-formed sequence across the edge of two blocks is replaced once and counted', () => {
    const bytes = Uint8Array.of(0x61, 0xea, 0xb0, 0x20, 0xea, 0xb0, 0x80, 0x0a, 0xff);
    const { words, invalid } = countWords(bytes, { cleanText: false }, [2, 1, 2, 1]);
    expect(sorted(words)).toEqual([
      ['a\ufffd', 1],
      ['\u1100\u1161', 1],
      ['\ufffd', 1],
    ]);
    expect(invalid).toBe(2);
  });

  test('words that are not in NFC are counted, whether they are composed or not', () => {
    const content = encoder.encode('한글 \u1112\u1161\u11ab글 cafe\u0301, café = =\u0338');
    const off = countWords(content, { lowercase: false });
    const on = countWords(content, { lowercase: false, normalization: 'NFC' });
    expect([off.notNfc, on.notNfc]).toEqual([2, 3]);
    expect(on.words.get('한글')).toBe(2);
    expect(off.words.get('한글')).toBe(1);
    expect(on.words.get('≠')).toBe(1);
  });

  test('eojeols are runs between white space, also when blocks divide them', () => {
    const { scanner } = countWords(
      encoder.encode(' 나는, 집에\n간다.  (끝)\t'),
      {},
      [3, 1, 4, 1, 5, 9],
    );
    expect(scanner.totals).toEqual({ words: 8, eojeols: 4, cuts: 0 });
  });
});

describe('text without end', () => {
  test('a run of more than 4,096 bytes is cut between characters, at the same places in any blocks', () => {
    const content = encoder.encode('가'.repeat(3000) + ' 나');
    const whole = countWords(content, { lowercase: false });
    const divided = countWords(content, { lowercase: false }, [100, 4096, 1, 2000]);
    const perWord = Math.floor(MAX_WORD_BYTES / 3);
    expect(sorted(whole.words)).toEqual([
      ['가'.repeat(3000 - 2 * perWord), 1],
      ['가'.repeat(perWord), 2],
      ['나', 1],
    ]);
    expect(whole.scanner.totals.cuts).toBe(2);
    expect(sorted(divided.words)).toEqual(sorted(whole.words));
    expect(divided.scanner.totals).toEqual(whole.scanner.totals);
  });

  test('80,000 mixed combining marks are normalized in parts, with and without NFC', () => {
    const content = encoder.encode(`e${'\u0301\u0323\u0300\u031b'.repeat(20_000)}`);
    const { scanner, notNfc } = countWords(content, { normalization: 'NFC', lowercase: false });
    expect(scanner.totals.cuts).toBe(39);
    expect(notNfc).toBe(40);
    expect(countWords(content, {}).words).toEqual(new Map([['e', 1]]));
  });
});
