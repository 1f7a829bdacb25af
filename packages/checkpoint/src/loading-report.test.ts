import { readFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';

import { formatLoadingReport, type LoadingReport } from './loading-report.ts';

interface GoldenReport {
  architecture: string;
  folder: string;
  missing: string[];
  unexpected: string[];
  mismatched: [name: string, found: number[], expected: number[]][];
  table: string | null;
}

const golden = JSON.parse(
  readFileSync(new URL('../test/fixtures/reports.json', import.meta.url), 'utf8'),
) as GoldenReport[];

const empty: LoadingReport = {
  architecture: 'BertModel',
  source: 'here',
  missing: [],
  unexpected: [],
  mismatched: [],
};

describe('formatLoadingReport', () => {
  test.each(golden)('as transformers shows it: $folder as $architecture', (report) => {
    const text = formatLoadingReport({
      ...report,
      source: report.folder,
      mismatched: report.mismatched.map(([name, found, expected]) => ({ name, found, expected })),
    });
    const expected =
      report.table === null
        ? undefined
        : `${report.architecture} LOAD REPORT from: ${report.folder}\n${report.table}`;
    expect(text).toBe(expected);
  });

  test('many layers are shown as a range', () => {
    const missing = Array.from({ length: 12 }, (_, i) => `encoder.layer.${i}.x.${i % 2}`);
    expect(formatLoadingReport({ ...empty, missing })).toContain(
      'encoder.layer.{0...11}.x.{0, 1} | MISSING',
    );
  });

  test('layers whose shapes differ from each other keep their own rows', () => {
    const mismatched = [1, 2].map((size, layer) => ({
      name: `l.${layer}.w`,
      expected: [9],
      found: [size],
    }));
    const text = formatLoadingReport({ ...empty, mismatched });
    expect(text).toContain(
      'l.0.w | MISMATCH | Reinit due to size mismatch - ckpt: [1] vs model:[9]',
    );
    expect(text).toContain(
      'l.1.w | MISMATCH | Reinit due to size mismatch - ckpt: [2] vs model:[9]',
    );
  });

  test('a number at the start is a name, one at the end an index', () => {
    const text = formatLoadingReport({ ...empty, missing: ['0.a', '1.a', 'b.0', 'b.1'] });
    expect(
      text
        ?.split('\n')
        .slice(3)
        .map((line) => line.split(' ')[0]),
    ).toEqual(['0.a', '1.a', 'b.{0,']);
  });
});
