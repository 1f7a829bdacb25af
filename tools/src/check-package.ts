// Checks a package the way its users get it: packs it, lints the tarball (publint, are-the-types-wrong),
// installs it with its own @malmoi dependencies into an empty folder outside the workspace, and there
// imports every entry point from plain JavaScript, type-checks it from TypeScript and runs the README's
// examples. Usage: tsx tools/src/check-package.ts packages/wordpiece
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { manifestProblems } from './manifest-rules.ts';
import {
  publishablePackages,
  readPackage,
  withOurDependencies,
  workspaceRoot,
  type Package,
} from './packages.ts';
import { readmeExamples } from './readme-examples.ts';

const bin = (name: string): string => join(workspaceRoot, 'node_modules/.bin', name);

function run(command: string, args: readonly string[], cwd: string): string {
  try {
    // The environment of a test run (loaders in NODE_OPTIONS) must not reach what a user would run.
    const env = { ...process.env, NODE_OPTIONS: '' };
    return execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    const shown = [command, ...args].join(' ');
    throw new Error(`${shown}\n${stdout ?? ''}${stderr ?? String(error)}`, { cause: error });
  }
}

function pack(target: Package, destination: string): string {
  const args = ['pack', '--json', '--pack-destination', destination];
  const printed = JSON.parse(run('npm', args, join(workspaceRoot, target.path))) as
    { filename: string }[] | Record<string, { filename: string }>;
  const [first] = Object.values(printed);
  if (first === undefined) throw new Error(`npm pack printed no file name for ${target.path}`);
  return join(destination, first.filename);
}

/** The versions that a consumer gets of packages that the workspace pins. */
function pinned(name: string): string {
  const file = join(workspaceRoot, 'node_modules', name, 'package.json');
  return `${name}@${(JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version}`;
}

function installConsumer(folder: string, tarballs: Map<string, string>, names: readonly string[]) {
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const others = names.filter((name) => !tarballs.has(name)).map(pinned);
  const compiler = [pinned('typescript'), pinned('@types/node')];
  const args = ['install', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'];
  run('npm', [...args, ...tarballs.values(), ...others, ...compiler], folder);
}

const CONSUMER_TSCONFIG = {
  compilerOptions: {
    strict: true,
    target: 'es2022',
    module: 'nodenext',
    types: ['node'],
    // Our own declarations are what is checked here, not those of TensorFlow.js.
    skipLibCheck: true,
  },
  include: ['*.ts'],
};

function entryPoints({ manifest }: Package): string[] {
  return Object.entries(manifest.exports ?? {})
    .filter(([, target]) => typeof target !== 'string')
    .map(([path]) => manifest.name + path.slice(1));
}

function checkConsumer(target: Package, folder: string, examples: readonly string[]): number {
  const entries = entryPoints(target);
  const imports = entries.map((entry, i) => `import * as entry${i} from '${entry}';`).join('\n');
  const list = entries.map((_, i) => `entry${i}`).join(', ');
  const body = `for (const entry of [${list}]) {\n  if (Object.keys(entry).length === 0) throw new Error('no exports');\n}\n`;
  writeFileSync(join(folder, 'plain.mjs'), `${imports}\n${body}`);
  run(process.execPath, ['plain.mjs'], folder);

  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(CONSUMER_TSCONFIG));
  writeFileSync(join(folder, 'typed.ts'), `${imports}\n${body}`);
  examples.forEach((text, i) => {
    writeFileSync(join(folder, `example${i}.ts`), `${text}\nexport {};\n`);
  });
  run(join(folder, 'node_modules/.bin/tsc'), ['-p', '.'], folder);
  examples.forEach((_, i) => {
    const printed = run(process.execPath, [`example${i}.js`], folder);
    if (printed.trim() === '') throw new Error(`example ${i + 1} of the README prints nothing`);
    console.log(`example ${i + 1} of the README prints:\n${printed.replace(/^/gm, '  ')}`);
  });
  return 2 + examples.length;
}

/** Runs every check of one package. @returns how many there were. @throws Error on the first that fails. */
function checkPackage(target: Package): number {
  const problems = manifestProblems(target);
  if (problems.length > 0) throw new Error(`${target.path}/package.json: ${problems.join('; ')}`);
  const license = readFileSync(join(workspaceRoot, target.path, 'LICENSE'), 'utf8');
  if (license !== readFileSync(join(workspaceRoot, 'LICENSE'), 'utf8')) {
    throw new Error(`${target.path}/LICENSE differs from the LICENSE of the workspace`);
  }
  const readme = readFileSync(join(workspaceRoot, target.path, 'README.md'), 'utf8');
  const { install, examples } = readmeExamples(readme, target.manifest.name);

  const folder = mkdtempSync(join(tmpdir(), `malmoi-${target.folder}-`));
  try {
    const needed = withOurDependencies(target, publishablePackages());
    const tarballs = new Map(needed.map((each) => [each.manifest.name, pack(each, folder)]));
    const tarball = tarballs.get(target.manifest.name) ?? '';
    run(bin('publint'), ['--strict', tarball], folder);
    run(bin('attw'), ['--profile', 'esm-only', tarball], folder);
    const consumer = join(folder, 'consumer');
    mkdirSync(consumer);
    installConsumer(consumer, tarballs, install);
    return 4 + checkConsumer(target, consumer, examples);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('usage: tsx tools/src/check-package.ts packages/<name>');
const target = readPackage(path);
const results = join(workspaceRoot, 'test-results');
mkdirSync(results, { recursive: true });
const record = (counts: { passed: number; failed: number; skipped: number }): void => {
  writeFileSync(join(results, `${target.folder}.package.json`), `${JSON.stringify(counts)}\n`);
};
try {
  const passed = checkPackage(target);
  record({ passed, failed: 0, skipped: 0 });
  console.log(`${target.manifest.name}: ${passed} package checks passed`);
} catch (error) {
  record({ passed: 0, failed: 1, skipped: 0 });
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
