// Every hand-written pattern is tried: it must fill, take each ending it may be asked for, and be Korean
// that the checks of corpus.test.ts accept.
import { describe, expect, test } from '@jest/globals';

import { Random } from '../random.ts';
import { children, elders } from './cast.ts';
import { formal, joined, polite, quoted } from './endings.ts';
import { fill, type Slots } from './template.ts';
import { factTopics, scenes } from './topics.ts';

/** What a pattern can become; of two or three alternatives, so many draws bring up each. */
function draws(pattern: string, slots: Slots): string[] {
  const random = new Random(pattern.length);
  const count = pattern.includes('[') ? 10 : 1;
  return Array.from({ length: count }, () => fill(pattern, slots, random));
}

const cast = { ...children[0], elder: elders[0] };

test('some hundreds of entities and facts, each named and stated once', () => {
  const names = factTopics.flatMap((topic) => topic.entities.map(({ name }) => name));
  const facts = factTopics.flatMap((topic) =>
    topic.entities.flatMap(({ name, facts }) => facts.map(({ predicate }) => name + predicate)),
  );
  expect(names.length).toBeGreaterThan(500);
  expect(new Set(names).size).toBe(names.length);
  expect(facts.length).toBeGreaterThan(2000);
  expect(new Set(facts).size).toBe(facts.length);
});

describe.each(factTopics)('$name', (topic) => {
  test('every entity has at least three facts', () => {
    expect(topic.entities.filter(({ facts }) => facts.length < 3)).toEqual([]);
  });

  test('every pattern fills for every entity and takes every ending', () => {
    const { definitions, clefts, closings, outings = [], riddle } = topic;
    for (const { slots, facts } of topic.entities) {
      const plain = [
        ...[...definitions, ...clefts, ...closings].flatMap((pattern) => draws(pattern, slots)),
        ...facts.flatMap(({ predicate }) => draws(predicate, {})),
        ...facts.flatMap(({ consequence }) => consequence ?? []),
      ];
      expect(plain.filter((sentence) => !/[라다]고$/.test(quoted(sentence)))).toEqual([]);
      expect(plain.filter((sentence) => !joined(sentence).endsWith('고'))).toEqual([]);
      expect(plain.filter((sentence) => !formal(sentence).endsWith('니다'))).toEqual([]);
      const met = outings.flatMap((pattern) => draws(pattern, { ...cast, ...slots }));
      expect(met.filter((sentence) => !polite(sentence).endsWith('요'))).toEqual([]);
      expect(fill(riddle, slots, new Random(1))).toMatch(/(?:누구|무엇|어디)인지$|부르는지$/);
    }
  });
});

test.each(scenes)('$name: every wording fills and takes the polite ending', (scene) => {
  const own = Object.entries(scene.slots).map(([name, values]) => [name, values[0] ?? '']);
  const slots = { ...cast, ...(Object.fromEntries(own) as Slots) };
  expect(scene.steps.length).toBeGreaterThanOrEqual(7);
  const sentences = scene.steps.flat().flatMap((pattern) => draws(pattern, slots));
  const told = sentences.flatMap((text) => text.split(' > '));
  expect(told.filter((sentence) => !polite(sentence).endsWith('요'))).toEqual([]);
});
