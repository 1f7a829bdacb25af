import { describe, expect, test } from '@jest/globals';

import {
  exclusionsOf,
  formatVerdict,
  judge,
  type Expectations,
  type SpecResult,
} from './verdict.ts';

const spec = (name: string, status: SpecResult['status'], message = ''): SpecResult => ({
  file: 'ops/abs',
  name,
  status,
  message,
});

const none: Expectations = { exclusions: {}, notRun: {} };

const expecting = (specs: string[]): Expectations => ({
  exclusions: { 'ops/abs': { reason: 'needs a DOM', specs } },
  notRun: {},
});

describe('judge', () => {
  test('counts what passed, what is excluded and what is disabled', () => {
    const results = [spec('a', 'passed'), spec('b', 'failed', 'no DOM'), spec('c', 'disabled')];
    expect(judge(results, expecting(['b']))).toEqual({
      files: 1,
      specs: 3,
      passed: 1,
      excluded: 1,
      disabled: 1,
      problems: [],
    });
  });

  test('a spec that fails is a problem, named', () => {
    const { passed, problems } = judge([spec('a', 'failed', 'Expected 1\nto be 2')], none);
    expect(passed).toBe(0);
    expect(problems).toEqual(['ops/abs: a\n    failed: Expected 1\n    to be 2']);
  });

  test('what a failure says is cut to what can be read', () => {
    const message = `${'x'.repeat(1000)}${'\ny'.repeat(1000)}`;
    const [problem = ''] = judge([spec('a', 'failed', message)], none).problems;
    expect(problem.length).toBeLessThan(400);
    expect(problem.split('\n')).toHaveLength(7);
  });

  test('an excluded spec that passes is a problem', () => {
    const { problems } = judge([spec('a', 'passed')], expecting(['a']));
    expect(problems).toEqual(['ops/abs: a\n    is excluded but passed: take it off the list']);
  });

  test('an excluded spec that TensorFlow.js disables is a problem', () => {
    const { problems } = judge([spec('a', 'disabled')], expecting(['a']));
    expect(problems).toEqual(['ops/abs: a\n    is excluded but disabled: take it off the list']);
  });

  test('an excluded name that no spec of the file bears is a problem', () => {
    const { problems } = judge([spec('a', 'passed')], {
      exclusions: { 'ops/abs': { reason: 'needs a DOM', specs: ['b'] } },
      notRun: { 'ops/add': { reason: 'measures time', specs: ['a'] } },
    });
    expect(problems).toEqual([
      'ops/abs: b\n    is excluded but does not exist: take it off the list',
      'ops/add: a\n    is excluded but does not exist: take it off the list',
    ]);
  });

  test('a spec that is not run counts as excluded', () => {
    const { passed, excluded, problems } = judge([spec('a', 'skipped')], {
      exclusions: {},
      notRun: { 'ops/abs': { reason: 'measures time', specs: ['a'] } },
    });
    expect({ passed, excluded, problems }).toEqual({ passed: 0, excluded: 1, problems: [] });
  });

  test('of two specs with one excluded name, both have to fail', () => {
    const { excluded, problems } = judge(
      [spec('a', 'failed', 'no DOM'), spec('a', 'passed')],
      expecting(['a']),
    );
    expect(excluded).toBe(2);
    expect(problems).toHaveLength(1);
  });
});

test('formatVerdict gives the counts and names each problem', () => {
  const verdict = judge([spec('a', 'passed'), spec('b', 'failed', 'wrong')], none);
  expect(formatVerdict('cpu', verdict)).toBe(
    "tfjs-core's suite on cpu: 2 specs of 1 files, 1 passed, 0 excluded, 0 disabled by TensorFlow.js, 1 problems.\n" +
      '  ops/abs: b\n    failed: wrong',
  );
});

test('exclusionsOf keeps those of the files that are run', () => {
  const { exclusions } = expecting(['a']);
  expect(exclusionsOf('ops/', exclusions)).toEqual(exclusions);
  expect(exclusionsOf('io/', exclusions)).toEqual({});
});
