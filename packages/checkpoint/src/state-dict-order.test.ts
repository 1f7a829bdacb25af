import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { inStateDictOrder } from './state-dict-order.ts';

const order = (names: string[]): string[] => [
  ...inStateDictOrder(names.map((name) => [name, 0])).keys(),
];

test('a module’s own parameters come first, whenever they were added', () => {
  expect(order(['p.transform.weight', 'p.transform.bias', 'p.bias', 'q.weight', 'x'])).toEqual([
    'x',
    'p.bias',
    'p.transform.weight',
    'p.transform.bias',
    'q.weight',
  ]);
});

test('modules stay in their order, their tensors together', () => {
  expect(order(['b.w', 'a.w', 'b.c.w', 'b.v'])).toEqual(['b.w', 'b.v', 'b.c.w', 'a.w']);
});

test('nothing is lost, and ordering twice changes nothing', () => {
  const name = fc
    .array(fc.constantFrom('a', 'b', '', '__proto__'), { minLength: 1, maxLength: 4 })
    .map((p) => p.join('.'));
  fc.assert(
    fc.property(fc.uniqueArray(name), (names) => {
      const ordered = order(names);
      expect([...ordered].sort()).toEqual([...names].sort());
      expect(order(ordered)).toEqual(ordered);
    }),
  );
});
