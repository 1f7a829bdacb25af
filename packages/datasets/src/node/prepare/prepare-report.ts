// What a person wants to know after a corpus was prepared, as data, as text and as a dataset card.
import type { CorpusWarning } from '../../corpus/warnings.ts';
import type { SplitName } from '../../shards/shard-index.ts';
import { histogramRows } from './length-histogram.ts';
import type { PrepareProgress } from './prepare-progress.ts';
import type { ShardOptions } from './prepare-options.ts';
import type { SplitCounts } from './shard-writer.ts';
import type { DocumentCounts } from './write-shards.ts';

/** The report of a prepared corpus; kept in index.json. */
export interface PrepareReport {
  /** Files, or what the caller named the input. */
  readonly sources: readonly string[];
  readonly options: Required<ShardOptions>;
  readonly read: DocumentCounts;
  readonly splits: Readonly<Record<SplitName, SplitCounts>>;
  readonly warnings: readonly CorpusWarning[];
  readonly vocabSize: number;
}

/** Gathers a report. */
export function prepareReport(
  sources: readonly string[],
  options: Required<ShardOptions>,
  read: DocumentCounts,
  progress: PrepareProgress,
  warnings: readonly CorpusWarning[],
  vocabSize: number,
): PrepareReport {
  const { train, validation } = progress;
  const splits = { train: train.counts, validation: validation.counts };
  return { sources, options, read, splits, warnings, vocabSize };
}

const number = (value: number): string => value.toLocaleString('en-US');

/** Share of unknown tokens, in percent, with two digits. */
function unknownPercent({ tokens, unknownTokens }: SplitCounts): string {
  return tokens === 0 ? '0.00' : ((100 * unknownTokens) / tokens).toFixed(2);
}

/** The report as lines for a terminal. */
export function reportLines(report: PrepareReport): string[] {
  const { read, splits } = report;
  const lines = [`documents read   ${number(read.read)} (${number(read.sentencesRead)} sentences)`];
  if (read.duplicates > 0) lines.push(`  duplicates     ${number(read.duplicates)} left out`);
  if (read.nearEmpty > 0) lines.push(`  near-empty     ${number(read.nearEmpty)} left out`);
  for (const [split, counts] of Object.entries(splits)) {
    lines.push(
      `${split.padEnd(16)} ${number(counts.documents)} documents, ${number(counts.sentences)} sentences, ` +
        `${number(counts.tokens)} tokens, ${unknownPercent(counts)} % [UNK]`,
    );
    if (counts.emptySentences > 0) {
      lines.push(
        `  without tokens ${number(counts.emptySentences)} sentences, ` +
          `${number(counts.emptyDocuments)} documents left out`,
      );
    }
  }
  lines.push('sentences of the train split by length in tokens');
  lines.push(...histogramRows(splits.train.lengths));
  for (const { kind, count, first } of report.warnings) {
    lines.push(`warning: ${kind}: ${number(count)} (first: ${first})`);
  }
  return lines;
}

/** The report as a dataset card in Markdown. */
export function datasetCard(report: PrepareReport): string {
  const { read, splits, options } = report;
  const row = (split: SplitName): string => {
    const counts = splits[split];
    const cells = [counts.documents, counts.sentences, counts.tokens].map(number);
    return `| ${split} | ${cells.join(' | ')} | ${unknownPercent(counts)} % |`;
  };
  const warnings = report.warnings.map(
    ({ kind, count, first }) => `- ${kind}: ${number(count)}, first at \`${first}\``,
  );
  return [
    '# Token shards',
    '',
    'Made by `@malmoi/datasets`. Each `.safetensors` file holds `tokens`, `sentence_offsets`, `document_offsets`',
    'and `document_ids`; `index.json` lists the files with their checksums.',
    '',
    '| Split | Documents | Sentences | Tokens | [UNK] |',
    '| --- | ---: | ---: | ---: | ---: |',
    row('train'),
    row('validation'),
    '',
    `Read: ${number(read.read)} documents, ${number(read.sentencesRead)} sentences. Left out: ` +
      `${number(read.duplicates)} duplicates, ${number(read.nearEmpty)} near-empty documents.`,
    '',
    '## Sources',
    '',
    ...report.sources.map((source) => `- \`${source}\``),
    '',
    '## Settings',
    '',
    ...Object.entries(options).map(([name, value]) => `- ${name}: ${String(value)}`),
    `- vocabulary: ${number(report.vocabSize)} ids`,
    '',
    '## Length of sentences in the train split, in tokens',
    '',
    '```text',
    ...histogramRows(splits.train.lengths),
    '```',
    ...(warnings.length > 0 ? ['', '## Warnings', '', ...warnings] : []),
    '',
  ].join('\n');
}
