import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { arrows } from './arrows.mjs';
import { workspaceRoot } from './packages.ts';

/** What ESLint says of a file with one import, as if it stood in the package. */
function lintImport(folder: string, imported: string): string {
  const args = [
    '--stdin',
    '--stdin-filename',
    `packages/${folder}/src/probe.mjs`,
    '--format',
    'json',
  ];
  const input = `import * as probe from '${imported}';\nexport default probe;\n`;
  const env = { ...process.env, NODE_OPTIONS: '' };
  try {
    return execFileSync('npx', ['eslint', ...args], {
      cwd: workspaceRoot,
      input,
      env,
      encoding: 'utf8',
    });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

describe('the arrows between packages', () => {
  test.each([
    ['wordpiece', '@malmoi/safetensors'],
    ['bert-model', '@malmoi/checkpoint'],
  ])('ESLint refuses %s -> %s', (folder, imported) => {
    expect(lintImport(folder, imported)).toContain('@nx/enforce-module-boundaries');
  });

  test('ESLint accepts an arrow of the table', () => {
    const [result] = JSON.parse(lintImport('checkpoint', '@malmoi/safetensors')) as [
      { messages: unknown[] },
    ];
    expect(result.messages).toEqual([]);
  });

  test('form no circle', () => {
    const reach = (from: string, seen: readonly string[]): void => {
      expect(seen).not.toContain(from);
      for (const target of arrows[from] ?? []) reach(target, [...seen, from]);
    };
    for (const name of Object.keys(arrows)) reach(name, []);
  });

  test('are the ones that docs/architecture.md draws', () => {
    const page = readFileSync(join(workspaceRoot, 'docs/architecture.md'), 'utf8');
    const drawn = [...page.matchAll(/^\s+([a-z-]+) --> ([a-z-]+)$/gm)].map(
      ([, from, to]) => `${String(from)} -> ${String(to)}`,
    );
    const table = Object.entries(arrows).flatMap(([from, targets]) =>
      targets.map((to) => `${from} -> ${to}`),
    );
    expect(drawn.toSorted()).toEqual(table.toSorted());
  });

  test('and package.json files agree: no @malmoi dependency without an arrow', () => {
    for (const [from, targets] of Object.entries(arrows)) {
      const file = join(workspaceRoot, 'packages', from, 'package.json');
      if (!existsSync(file)) continue; // Drawn, and not written yet.
      const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, object | undefined>;
      const names = ['dependencies', 'devDependencies', 'peerDependencies']
        .flatMap((field) => Object.keys(manifest[field] ?? {}))
        .filter((name) => name.startsWith('@malmoi/'));
      for (const name of names) expect(targets).toContain(name.slice('@malmoi/'.length));
    }
  });
});
