import { describe, expect, test } from '@jest/globals';

import { golden } from '../test/golden.ts';
import { activationNames, isActivationName } from './activation.ts';

describe('activation names', () => {
  test('are those of ACT2FN that have no parameters, each with golden values', () => {
    const inGolden = golden.cases
      .filter(({ op }) => op === 'activation')
      .map(({ options }) => options['name']);
    expect([...activationNames]).toEqual(inGolden);
  });
  test('are told from other strings, those of Object.prototype included', () => {
    expect(isActivationName('gelu_new')).toBe(true);
    for (const name of ['GELU', '', 'constructor', '__proto__', 'prelu']) {
      expect(isActivationName(name)).toBe(false);
    }
  });
});
