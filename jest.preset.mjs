// What every package's jest.config.mjs shares: native ES modules, TypeScript stripped by swc, and
// @malmoi/* resolved to sources, so that no package has to be built before it is tested.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Jest configuration of one package. @param {string} name its folder name; the rest is derived. */
export function jestConfig(name, overrides = {}) {
  const packages = readdirSync(join(root, 'packages')).join('|');
  return {
    displayName: name,
    testEnvironment: 'node',
    testMatch: ['<rootDir>/src/**/*.test.ts', '<rootDir>/test/**/*.test.ts'],
    extensionsToTreatAsEsm: ['.ts'],
    transform: {
      '^.+\\.ts$': [
        '@swc/jest',
        {
          swcrc: false,
          jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
          module: { type: 'es6' },
          sourceMaps: 'inline',
        },
      ],
    },
    moduleNameMapper: {
      [`^@malmoi/(${packages})$`]: join(root, 'packages/$1/src/index.ts'),
      [`^@malmoi/(${packages})/([a-z-]+)$`]: join(root, 'packages/$1/src/$2.ts'),
    },
    reporters: ['default', [join(root, 'tools/src/jest-count-reporter.mjs'), { name }]],
    passWithNoTests: false,
    // Machines are shared: a slow run is not a failure. What hangs still ends.
    testTimeout: 60_000,
    ...overrides,
  };
}
