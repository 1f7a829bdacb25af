// What the package.json of every published package must say (CONTRIBUTING.md, "Add a package").
import type { Manifest, Package } from './packages.ts';

const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepublish', 'prepare'];

/** The rules a manifest breaks, one sentence each; empty when it is sound. */
export function manifestProblems({ folder, manifest }: Package): string[] {
  const problems: string[] = [];
  const require = (holds: boolean, problem: string): void => {
    if (!holds) problems.push(problem);
  };
  const isApp = manifest.name === 'malmoi';
  require(isApp || manifest.name === `@malmoi/${folder}`, `name must be @malmoi/${folder}`);
  require(manifest.license === 'MIT', 'license must be MIT');
  require(manifest.type === 'module', 'type must be module: packages are ES modules only');
  require((manifest.description ?? '') !== '', 'description is missing');
  require(manifest.engines?.['node'] === '>=20.19', 'engines.node must be >=20.19');
  require(manifest.sideEffects !== undefined, 'sideEffects must be stated');
  require((manifest.files?.length ?? 0) > 0, 'files must list what is published');
  require(manifest.publishConfig?.['access'] === 'public', 'publishConfig.access must be public');
  require(manifest.publishConfig?.['provenance'] === true, 'publishConfig.provenance must be true');
  for (const script of INSTALL_SCRIPTS) {
    require(manifest.scripts?.[script] === undefined, `scripts.${script}: no install scripts`);
  }
  return [...problems, ...exportProblems(manifest)];
}

function exportProblems(manifest: Manifest): string[] {
  const entries = Object.entries(manifest.exports ?? {});
  if (!entries.some(([path]) => path === '.')) return ['exports must have an entry "."'];
  return entries
    .filter(([, target]) => typeof target !== 'string' && Object.keys(target)[0] !== 'types')
    .map(([path]) => `exports["${path}"]: the condition "types" must come first`);
}
