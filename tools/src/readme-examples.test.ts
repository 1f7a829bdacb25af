import { expect, test } from '@jest/globals';

import { readmeExamples } from './readme-examples.ts';

const readme = [
  '# A package',
  '```sh',
  'npm install -D @malmoi/ops @tensorflow/tfjs-core',
  '```',
  '```ts',
  'console.log(1);',
  '```',
  '```text',
  'not run',
  '```',
  '```ts',
  'console.log(2);',
  '```',
].join('\n');

test('finds the install line and every TypeScript block, and no other', () => {
  expect(readmeExamples(readme, 'x')).toEqual({
    install: ['@malmoi/ops', '@tensorflow/tfjs-core'],
    examples: ['console.log(1);\n', 'console.log(2);\n'],
  });
});

test('a README without an install line or an example is an error', () => {
  expect(() => readmeExamples('```ts\n1\n```', '@malmoi/x')).toThrow(/@malmoi\/x: no `npm install/);
  expect(() => readmeExamples('```sh\nnpm i a\n```', '@malmoi/x')).toThrow(/no ```ts example/);
});
