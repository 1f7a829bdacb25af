import { expect, test } from '@jest/globals';

import { packagesNamedIn, unannounced, type ReleaseState } from './changeset-rules.ts';

const state = (over: Partial<ReleaseState>): ReleaseState => ({
  name: '@malmoi/ops',
  released: true,
  changed: false,
  inChangelog: true,
  inChangeset: false,
  ...over,
});

test.each([
  ['released and unchanged', {}, false],
  ['released, then changed', { changed: true }, true],
  ['released, changed and announced', { changed: true, inChangeset: true }, false],
  ['never released', { released: false, inChangelog: false }, true],
  ['never released, announced', { released: false, inChangelog: false, inChangeset: true }, false],
  ['version raised, about to be published', { released: false }, false],
])('%s', (_, over, missing) => {
  expect(unannounced([state(over)])).toEqual(missing ? ['@malmoi/ops'] : []);
});

test('reads the package names of a changeset, quoted either way, and nothing of its text', () => {
  const text = `---\n'@malmoi/ops': minor\n"@malmoi/wordpiece": patch\n---\n\nNote: patch\nother: major\n`;
  expect(packagesNamedIn(text)).toEqual(['@malmoi/ops', '@malmoi/wordpiece']);
});
