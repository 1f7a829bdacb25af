// By hand, the example of seqeval's README among them; and against the rule of conlleval written out as its two
// questions: does an entity end before this tag, does one begin with it.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { entitiesOf, EntityCounts, type Entity } from './entity-f1.ts';

/** conlleval's endOfChunk and startOfChunk, for B, I and O. */
function conllevalEntities(tags: readonly string[]): Entity[] {
  const entities: Entity[] = [];
  let [previous, previousType, start] = ['O', '', 0];
  [...tags, 'O'].forEach((whole, index) => {
    const [tag = 'O', type = ''] = whole.split('-');
    const ends =
      ['BB', 'BO', 'IB', 'IO'].includes(previous + tag) ||
      (previous !== 'O' && previousType !== type);
    const begins =
      ['BB', 'IB', 'OB', 'OI'].includes(previous + tag) || (tag !== 'O' && previousType !== type);
    if (ends) entities.push({ type: previousType, start, end: index - 1 });
    if (begins) start = index;
    [previous, previousType] = [tag, type];
  });
  return entities;
}

describe('entities', () => {
  test.each([
    [
      ['O', 'B-PER', 'I-PER', 'O', 'B-LOC'],
      ['PER 1-2', 'LOC 4-4'],
    ],
    [
      ['B-PER', 'B-PER'],
      ['PER 0-0', 'PER 1-1'],
    ],
    [['I-PER', 'I-PER', 'O'], ['PER 0-1']],
    [
      ['B-PER', 'I-LOC', 'I-LOC'],
      ['PER 0-0', 'LOC 1-2'],
    ],
    [['O', 'O'], []],
    [[], []],
  ])('of %j', (tags, expected) => {
    const found = entitiesOf(tags).map(({ type, start, end }) => `${type} ${start}-${end}`);
    expect(found).toEqual(expected);
  });

  test('are those of conlleval for all tags in all orders', () => {
    const tag = fc.constantFrom('O', 'B-A', 'I-A', 'B-B', 'I-B');
    fc.assert(
      fc.property(fc.array(tag, { maxLength: 8 }), (tags) => {
        expect(entitiesOf(tags)).toEqual(conllevalEntities(tags));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('scores', () => {
  test('the example of seqeval: one of two entities, F1 0.5', () => {
    const counts = new EntityCounts();
    counts.add(
      ['O', 'O', 'B-MISC', 'I-MISC', 'I-MISC', 'I-MISC', 'O'],
      ['O', 'O', 'O', 'B-MISC', 'I-MISC', 'I-MISC', 'O'],
    );
    counts.add(['B-PER', 'I-PER', 'O'], ['B-PER', 'I-PER', 'O']);
    expect(counts.overall()).toEqual({ precision: 0.5, recall: 0.5, f1: 0.5, support: 2 });
    expect(counts.byType().get('PER')).toMatchObject({ f1: 1, support: 1 });
    expect(counts.byType().get('MISC')).toMatchObject({ f1: 0, support: 1 });
  });

  test('O is never counted, however often it is right', () => {
    const counts = new EntityCounts();
    const outside = Array.from({ length: 1000 }, () => 'O');
    counts.add([...outside, 'O'], [...outside, 'B-PER']);
    expect(counts.overall()).toEqual({ precision: 0, recall: 0, f1: 0, support: 1 });
    expect(counts.byType().has('O')).toBe(false);
  });

  test('precision and recall are of what was predicted and of what there is', () => {
    const counts = new EntityCounts();
    counts.add(['B-A', 'B-A', 'B-A', 'O'], ['B-A', 'O', 'O', 'B-A']);
    const { precision, recall, f1 } = counts.overall();
    expect([precision, recall]).toEqual([1 / 3, 1 / 2]);
    expect(f1).toBeCloseTo(0.4, 12);
  });

  test('the same entity in two sequences counts twice', () => {
    const counts = new EntityCounts();
    counts.add(['B-A'], ['B-A']);
    counts.add(['O'], ['B-A']);
    expect(counts.overall()).toMatchObject({ precision: 1, recall: 0.5, support: 2 });
  });
});
