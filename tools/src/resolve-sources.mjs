// A resolve hook of Node.js (module.register): @malmoi/<package> and @malmoi/<package>/<entry> are the sources of
// the package and not what was built of them. jest.preset.mjs maps the same names for Jest.
import { existsSync } from 'node:fs';

const packages = new URL('../../packages/', import.meta.url);

/** Where a specifier of ours leads; undefined for any other. */
function sourceOf(specifier) {
  const match = /^@malmoi\/([a-z-]+)(?:\/([a-z-]+))?$/.exec(specifier);
  if (match === null) return undefined;
  const [, name, entry = 'index'] = match;
  const source = new URL(`${name}/src/${entry}.ts`, packages);
  return existsSync(source) ? source.href : undefined;
}

/** @type {import('node:module').ResolveHook} */
export function resolve(specifier, context, nextResolve) {
  return nextResolve(sourceOf(specifier) ?? specifier, context);
}
