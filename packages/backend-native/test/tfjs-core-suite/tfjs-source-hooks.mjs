// Resolve and load hooks of Node.js (module.register) under which tfjs-core's own test-suite can be imported. The npm
// packages of TensorFlow.js ship their specs only as unbundled ES modules (dist/**/*_test.js) that a bundler was meant
// to read: imports without extensions, no "type": "module". Whoever imports tfjs-core or the CPU backend by name is led
// to those modules too, so that the specs and the backend under test share one engine, one Tensor class, one registry.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);

/** The folder of a package's unbundled modules. @param {string} name the package */
function distOf(name) {
  return new URL('dist/', pathToFileURL(require.resolve(`${name}/package.json`))).href;
}

const unbundled = new Map(
  ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-cpu'].map((name) => [name, distOf(name)]),
);

/** An ES module with the named exports that a bundler would give the CommonJS package seedrandom. */
function seedrandomFor(parentURL) {
  const commonJs = pathToFileURL(createRequire(parentURL).resolve('seedrandom')).href;
  const source = `import seedrandom from ${JSON.stringify(commonJs)};
    export const alea = seedrandom.alea;
    export default seedrandom;`;
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

/** Whether a module lies in one of the unbundled folders. @param {string | undefined} url */
function isUnbundled(url) {
  return [...unbundled.values()].some((dist) => url?.startsWith(dist));
}

/** Where a specifier leads under these hooks; undefined for what Node.js resolves itself. */
function target(specifier, parentURL) {
  const entry = unbundled.get(specifier);
  if (entry !== undefined) return `${entry}index.js`;
  for (const [name, dist] of unbundled) {
    const inside = `${name}/dist/`;
    if (specifier.startsWith(inside))
      return withExtension(new URL(specifier.slice(inside.length), dist));
  }
  if (!isUnbundled(parentURL)) return undefined;
  if (specifier === 'seedrandom') return seedrandomFor(parentURL);
  return specifier.startsWith('.') ? withExtension(new URL(specifier, parentURL)) : undefined;
}

/** @param {URL} url a module's address as the sources write it: without extension, or a folder for its index */
function withExtension({ href }) {
  if (href.endsWith('/')) return `${href}index.js`;
  return href.endsWith('.js') ? href : `${href}.js`;
}

/** @type {import('node:module').ResolveHook} */
export function resolve(specifier, context, nextResolve) {
  const url = target(specifier, context.parentURL);
  return url === undefined ? nextResolve(specifier, context) : { url, shortCircuit: true };
}

/** What some of the modules, written for bundlers, expect to be there; on their first line, to keep line numbers. */
const givesRequire = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); `;

/** @type {import('node:module').LoadHook} */
export async function load(url, context, nextLoad) {
  if (!isUnbundled(url)) return nextLoad(url, context);
  const text = await readFile(new URL(url), 'utf8');
  // The inline source maps are most of the text, and no source that they name is shipped.
  const source = text.replace(/^\/\/# sourceMappingURL=.*$/m, '');
  const prefix = /\brequire\(/.test(source) ? givesRequire : '';
  return { format: 'module', source: prefix + source, shortCircuit: true };
}
