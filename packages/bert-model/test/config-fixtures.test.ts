// The configurations that transformers wrote are written back byte for byte.
import { expect, test } from '@jest/globals';

import { formatBertConfig, parseBertConfig } from '../src/index.ts';
import { parityCases } from './parity-cases.ts';
import { readFixtureText } from './read-fixture.ts';

test.each([...parityCases, 'adamw'])('%s', (name) => {
  const text = readFixtureText(name, 'config.json');
  // The one number that Python and JavaScript spell differently.
  const inJavaScript = text.replace('1e-06', '0.000001');
  expect(formatBertConfig(parseBertConfig(text))).toBe(inJavaScript);
});
