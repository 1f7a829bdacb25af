// tfjs-node 4.22 calls functions of node:util that Node.js 23 removed (tensorflow/tfjs issues 8609 and 8746).
// They are put back, only where they are missing, before the package is loaded.

const REMOVED: Record<string, (value: unknown) => boolean> = {
  isNullOrUndefined: (value) => value === null || value === undefined,
  isArray: (value) => Array.isArray(value),
  isString: (value) => typeof value === 'string',
  isNumber: (value) => typeof value === 'number',
  isBoolean: (value) => typeof value === 'boolean',
};

/** Adds what is missing to the node:util that CommonJS modules see; returns the names it added. */
export function polyfillNodeUtil(util: object): string[] {
  const missing = Object.keys(REMOVED).filter((name) => !(name in util));
  for (const name of missing) {
    Object.defineProperty(util, name, { value: REMOVED[name], configurable: true, writable: true });
  }
  return missing;
}
