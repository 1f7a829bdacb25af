// A folder of token shards: what it was made from, its splits and its files, each read and verified.
import { dirname } from 'node:path';

import { openTokenShards, type PrepareReport, reportLines } from '@malmoi/datasets/node';

import { pathKind } from '../files/load-tokenizer.ts';
import { formatBytes, formatCount } from '../output/format-number.ts';
import { formatTable } from '../output/format-table.ts';
import type { Summary } from './summary.ts';

/** Summarizes a folder of shards, or its index.json. @throws ShardError when a shard is damaged */
export async function shardSetSummary(path: string): Promise<Summary> {
  const folder = (await pathKind(path, 'path')) === 'folder' ? path : dirname(path);
  const { index, train, validation } = await openTokenShards(folder);
  await train.verify();
  await validation.verify();
  const entries = [...train.entries, ...validation.entries];
  const rows = entries.map(({ file, documents, sentences, tokens, bytes }) => [
    `  ${file}`,
    ...[documents, sentences, tokens].map(formatCount),
    formatBytes(bytes),
  ]);
  return {
    kind: 'token-shards',
    data: {
      tokenizer: index.tokenizer,
      splits: { train: train.totals, validation: validation.totals },
      shards: entries,
      report: index.report,
    },
    lines: [
      ...describeReport(index.report),
      `tokenizer  ${formatCount(index.tokenizer.vocab_size)} ids, SHA-256 ${index.tokenizer.sha256}`,
      ...formatTable(
        [['  file', 'documents', 'sentences', 'tokens', 'size'], ...rows],
        ['left', 'right', 'right', 'right', 'right'],
      ),
      'every checksum is right',
    ],
  };
}

/** The report is kept for people, and checked by nobody: what it lacks is not shown. */
function describeReport(report: Readonly<Record<string, unknown>>): string[] {
  const { sources, read, splits, warnings } = report;
  const isComplete = [sources, warnings].every(Array.isArray) && [read, splits].every(Boolean);
  if (!isComplete) return [];
  return [
    `sources    ${(sources as unknown[]).map(String).join(', ')}`,
    ...reportLines(report as unknown as PrepareReport),
  ];
}
