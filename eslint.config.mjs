// One configuration for the whole workspace: typescript-eslint's strict type-checked rules, and the
// arrows of docs/architecture.md as an error to break.
import eslint from '@eslint/js';
import nx from '@nx/eslint-plugin';
import jest from 'eslint-plugin-jest';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

import { arrows } from './tools/src/arrows.mjs';

/** Each package may import itself and what its arrows name; apps and tools may import everything. */
const depConstraints = [
  ...Object.entries(arrows).map(([name, targets]) => ({
    sourceTag: `package:${name}`,
    onlyDependOnLibsWithTags: [name, ...targets].map((target) => `package:${target}`),
  })),
  ...['cli', 'tools', 'benchmarks'].map((name) => ({
    sourceTag: `package:${name}`,
    onlyDependOnLibsWithTags: ['*'],
  })),
];

export default defineConfig(
  {
    ignores: [
      '**/dist',
      '**/out-tsc',
      '**/coverage',
      '**/test-results',
      '**/fixtures',
      '.nx',
      '**/tmp',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-expect-error': 'allow-with-description' },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // Index signatures must be read with brackets (noPropertyAccessFromIndexSignature).
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      // `await using lock = ...` is used by being in scope.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreUsingDeclarations: true }],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { console: 'readonly', process: 'readonly', URL: 'readonly' } },
  },
  {
    files: ['{packages,apps,tools}/**/*.{ts,mjs}'],
    ignores: ['**/jest.config.mjs'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { allow: [], enforceBuildableLibDependency: true, depConstraints },
      ],
    },
  },
  {
    // What a browser loads must not import Node.js: only the ./node entry points may.
    files: ['packages/{safetensors,wordpiece,datasets}/src/**/*.ts'],
    ignores: ['**/*.test.ts', '**/src/node.ts', '**/src/node/**'],
    rules: {
      'no-restricted-imports': ['error', { patterns: ['node:*'] }],
      'no-restricted-globals': ['error', 'process', 'Buffer', '__dirname'],
    },
  },
  {
    files: ['**/*.test.ts', '**/test/**/*.ts'],
    extends: [jest.configs['flat/recommended']],
    rules: {
      'jest/no-disabled-tests': 'error',
      'jest/expect-expect': [
        'error',
        { assertFunctionNames: ['expect', 'expect*', 'fc.assert', '**.expect*'] },
      ],
    },
  },
  {
    files: ['tools/**', '**/benchmarks/**', 'apps/**'],
    rules: { 'no-console': 'off' },
  },
);
