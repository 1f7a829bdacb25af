import { describe, expect, test } from '@jest/globals';

import { ProgressLine } from './progress-line.ts';

function lineOf(inPlace: boolean, columns = 40, enabled = true): [ProgressLine, () => string] {
  let written = '';
  const line = new ProgressLine({
    write: (text) => {
      written += text;
    },
    inPlace,
    columns: () => columns,
    enabled,
  });
  return [line, () => written];
}

describe('ProgressLine', () => {
  test('on a terminal it is written over itself, without escape codes', () => {
    const [line, written] = lineOf(true);
    line.update('말모이 50 %');
    line.update('ab');
    line.end();
    expect(written()).toBe(`\r말모이 50 %\rab${' '.repeat(9)}\r  \rab\n`);
  });

  test('it never wraps', () => {
    const [line, written] = lineOf(true, 20);
    line.update('가'.repeat(30));
    expect(written()).toBe(`\r${'가'.repeat(9)}…`);
  });

  test('in a log there is a line now and then, and the last state at the end', () => {
    const [line, written] = lineOf(false);
    for (const step of ['1', '2', '3']) line.update(step);
    line.end();
    line.end();
    expect(written()).toBe('1\n3\n');
  });

  test('quiet writes nothing', () => {
    const [line, written] = lineOf(true, 40, false);
    line.update('1');
    line.clear();
    line.end();
    expect(written()).toBe('');
  });
});
