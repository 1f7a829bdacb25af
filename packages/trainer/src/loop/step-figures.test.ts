import { expect, test } from '@jest/globals';

import { FiguresWindow } from './step-figures.ts';

test('means over updates, parts by those that had items of them', () => {
  const window = new FiguresWindow();
  window.add({
    loss: 3,
    terms: { mlm: { loss: 2, items: 4, correct: 1 }, nsp: { loss: 1, items: 2, correct: 2 } },
  });
  window.add({
    loss: 0.5,
    terms: { mlm: { loss: 0, items: 0, correct: 0 }, nsp: { loss: 0.5, items: 2, correct: 1 } },
  });
  expect(window.take()).toEqual({
    loss: 1.75,
    mlm_loss: 2,
    mlm_accuracy: 1 / 4,
    nsp_loss: 0.75,
    nsp_accuracy: 3 / 4,
  });
  expect(window.state).toEqual({ steps: 0, loss: 0, terms: {} });
});

test('a loss of one part has no name of its own, and no accuracy unless it is counted', () => {
  const window = new FiguresWindow();
  window.add({ loss: 2, terms: { distance: { loss: 2, items: 1, correct: undefined } } });
  expect(window.take()).toEqual({ loss: 2 });
});

test('restored sums go on', () => {
  const [whole, first, second] = [new FiguresWindow(), new FiguresWindow(), new FiguresWindow()];
  const figures = { loss: 0.1, terms: { mlm: { loss: 0.1, items: 3, correct: 2 } } };
  for (let i = 0; i < 3; i++) whole.add(figures);
  first.add(figures);
  second.restore(first.state);
  second.add(figures);
  second.add(figures);
  expect(second.take()).toEqual(whole.take());
});
