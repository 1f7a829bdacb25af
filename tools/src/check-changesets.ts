// Every change to a published package must be told to its users: fails when a package has changed since
// its last release (the git tag name@version that `changeset publish` makes) and no changeset names it.
// A package that was never released counts as changed. Usage: tsx tools/src/check-changesets.ts
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { packagesNamedIn, unannounced, type ReleaseState } from './changeset-rules.ts';
import { publishablePackages, workspaceRoot, type Package } from './packages.ts';

const git = (...args: string[]): string =>
  execFileSync('git', args, { cwd: workspaceRoot, encoding: 'utf8' }).trim();

function changedSince(tag: string, path: string): boolean {
  // Tests are not published: a change in them alone needs no changeset.
  const published = [path, `:!${path}/test`, `:!${path}/**/*.test.ts`];
  return git('diff', '--name-only', tag, '--', ...published) !== '';
}

function changelogHas(path: string, version: string): boolean {
  const file = join(workspaceRoot, path, 'CHANGELOG.md');
  return existsSync(file) && readFileSync(file, 'utf8').includes(`\n## ${version}\n`);
}

const named = new Set(
  readdirSync(join(workspaceRoot, '.changeset'))
    .filter((file) => file.endsWith('.md') && file !== 'README.md')
    .flatMap((file) =>
      packagesNamedIn(readFileSync(join(workspaceRoot, '.changeset', file), 'utf8')),
    ),
);

function releaseState({ path, manifest }: Package): ReleaseState {
  const tag = `${manifest.name}@${manifest.version}`;
  const released = git('tag', '--list', tag) !== '';
  return {
    name: manifest.name,
    released,
    changed: released && changedSince(tag, path),
    inChangelog: changelogHas(path, manifest.version),
    inChangeset: named.has(manifest.name),
  };
}

const packages = publishablePackages();
const states = packages.map(releaseState);
const missing = unannounced(states);
const unknown = [...named].filter((name) => !states.some((state) => state.name === name));
for (const name of missing) {
  console.error(`${name} has unreleased changes and no changeset: run \`npx changeset\`.`);
}
for (const name of unknown) {
  console.error(`.changeset names ${name}, which is no published package of the workspace.`);
}
if (missing.length + unknown.length > 0) process.exitCode = 1;
else console.log(`changesets: ${states.length} packages, all changes announced`);
