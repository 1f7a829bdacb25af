// The report of a learned vocabulary, with the figures that matter for Korean.
import type { TrainingReport } from '@malmoi/wordpiece';

import {
  formatBytes,
  formatCount,
  formatPercent,
  formatPlural,
  formatSeconds,
} from '../output/format-number.ts';
import { formatTable } from '../output/format-table.ts';

/** What is reported. */
export interface VocabularyFacts {
  readonly output_dir: string;
  readonly files: number;
  /** Bytes of the corpus on the disk; undefined for standard input. */
  readonly bytes: number | undefined;
  readonly seconds: number;
  readonly tokens: readonly string[];
  readonly report: TrainingReport;
}

/** How many of the longest tokens are shown. */
const SHOWN_TOKENS = 8;

/** The report as lines. */
export function vocabularyLines(facts: VocabularyFacts): string[] {
  const { report, seconds, bytes, tokens } = facts;
  const speed = bytes === undefined ? '' : ` (${formatBytes(bytes / seconds)}/s)`;
  const corpus = [formatPlural(facts.files, 'file')];
  if (bytes !== undefined) corpus.push(formatBytes(bytes));
  corpus.push(
    `${formatCount(report.eojeols)} eojeols`,
    `${formatCount(report.words)} words, ${formatCount(report.uniqueWords)} different`,
  );
  const rows = [
    ['corpus', corpus.join(', ')],
    ['vocabulary', `${formatCount(tokens.length)} tokens`],
    ['alphabet', `${formatCount(report.alphabetSize)} characters`],
    ['Hangul', hangul(report)],
    [
      'unknown',
      `${formatPercent(report.unknownWordRate)} of the words and ` +
        `${formatPercent(report.unknownCharacterRate)} of the characters become [UNK]`,
    ],
    ['pieces', `${report.piecesPerEojeol.toFixed(2)} per eojeol`],
    ['not in NFC', `${formatPercent(report.notNfcRate)} of the words`],
    ['longest', longest(tokens).join(' ')],
    ['time', `${formatSeconds(seconds)}${speed}`],
    ['written to', `${facts.output_dir} (vocab.txt, tokenizer.json, tokenizer_config.json)`],
  ];
  return formatTable(rows);
}

function hangul(report: TrainingReport): string {
  const { hangulSyllables, hangulSyllablesKept, hangulCoverage } = report;
  if (hangulSyllables === 0) return 'no syllable in the corpus';
  return (
    `${formatCount(hangulSyllablesKept)} of ${formatCount(hangulSyllables)} syllables kept, ` +
    `${formatPercent(hangulCoverage)} of their occurrences`
  );
}

/** The longest tokens, which show at a glance what was learned. */
function longest(tokens: readonly string[]): string[] {
  const lengthOf = (token: string): number => token.replace(/^##/, '').length;
  return [...tokens].sort((a, b) => lengthOf(b) - lengthOf(a)).slice(0, SHOWN_TOKENS);
}
