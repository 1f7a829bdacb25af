import { expect, test } from '@jest/globals';

import { manifestProblems } from './manifest-rules.ts';
import { publishablePackages, type Manifest } from './packages.ts';

const sound: Manifest = {
  name: '@malmoi/ops',
  version: '1.0.0',
  license: 'MIT',
  type: 'module',
  description: 'Operations.',
  sideEffects: false,
  engines: { node: '>=20.19' },
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
  files: ['dist'],
  publishConfig: { access: 'public', provenance: true },
};
const problems = (over: Partial<Manifest>): string[] =>
  manifestProblems({ folder: 'ops', path: 'packages/ops', manifest: { ...sound, ...over } });

test('a sound manifest has no problem', () => {
  expect(problems({})).toEqual([]);
});

test.each<[string, Partial<Manifest>, RegExp]>([
  ['a name that is not its folder', { name: '@malmoi/op' }, /name must be @malmoi\/ops/],
  ['another licence', { license: 'GPL-3.0' }, /license must be MIT/],
  ['CommonJS', { type: 'commonjs' }, /type must be module/],
  ['an empty description', { description: '' }, /description/],
  ['a vague engine', { engines: { node: '*' } }, /engines\.node/],
  ['no file list', { files: [] }, /files must list/],
  ['private access', { publishConfig: { provenance: true } }, /access/],
  ['no provenance', { publishConfig: { access: 'public' } }, /provenance/],
  ['an install script', { scripts: { postinstall: 'node x.js' } }, /no install scripts/],
  ['no main entry', { exports: { './node': './n.js' } }, /an entry "\."/],
  [
    'types after default',
    { exports: { '.': { default: './i.js', types: './i.d.ts' } } },
    /"types" must come first/,
  ],
])('%s is a problem', (_, over, message) => {
  expect(problems(over).join('\n')).toMatch(message);
});

test('every package of the workspace is sound', () => {
  for (const each of publishablePackages()) expect(manifestProblems(each)).toEqual([]);
});
