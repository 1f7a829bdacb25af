// The publishable packages of the workspace, as their package.json files describe them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const workspaceRoot: string = join(import.meta.dirname, '../..');

/** The fields of a package.json that the checks read. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly license?: string;
  readonly type?: string;
  readonly description?: string;
  readonly sideEffects?: boolean | readonly string[];
  readonly engines?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly files?: readonly string[];
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly publishConfig?: Readonly<Record<string, unknown>>;
}

/** One publishable package: its folder name, its path below the workspace root, its manifest. */
export interface Package {
  readonly folder: string;
  readonly path: string;
  readonly manifest: Manifest;
}

/** Reads one package below the workspace root, e.g. `packages/wordpiece`. */
export function readPackage(path: string): Package {
  const file = join(workspaceRoot, path, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  return { folder: path.slice(path.lastIndexOf('/') + 1), path, manifest };
}

/** Every package that is published: those below packages/ and apps/ that are not private. */
export function publishablePackages(): Package[] {
  return ['packages', 'apps']
    .filter((parent) => existsSync(join(workspaceRoot, parent)))
    .flatMap((parent) =>
      readdirSync(join(workspaceRoot, parent))
        .filter((folder) => existsSync(join(workspaceRoot, parent, folder, 'package.json')))
        .map((folder) => readPackage(`${parent}/${folder}`)),
    )
    .filter(({ manifest }) => manifest.private !== true);
}

/** The `@malmoi/*` packages a package needs at run time, itself included, dependencies first. */
export function withOurDependencies(start: Package, all: readonly Package[]): Package[] {
  const found = new Map<string, Package>();
  const visit = (current: Package): void => {
    if (found.has(current.manifest.name)) return;
    for (const name of Object.keys(current.manifest.dependencies ?? {})) {
      const dependency = all.find(({ manifest }) => manifest.name === name);
      if (dependency !== undefined) visit(dependency);
    }
    found.set(current.manifest.name, current);
  };
  visit(start);
  return [...found.values()];
}
