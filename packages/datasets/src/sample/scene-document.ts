// Documents about everyday scenes: a story in the order of its steps, with one of the recurring children.
import { children, elders } from './cast.ts';
import type { Composer } from './composer.ts';
import type { Scene } from './scene.ts';
import { pick } from './template.ts';

/** Writes a scene: its first and last step, and at least three of those between. */
export function composeScene(scene: Scene, composer: Composer): void {
  const { random } = composer;
  const own = Object.entries(scene.slots).map(([name, values]) => [name, pick(random, values)]);
  const slots = {
    ...pick(random, children),
    elder: pick(random, elders),
    ...(Object.fromEntries(own) as Record<string, string>),
  };
  const dropped = new Set<number>();
  const droppable = scene.steps.length - 2;
  for (let left = random.between(0, Math.max(0, droppable - 3)); left > 0; left--) {
    dropped.add(random.between(1, droppable));
  }
  scene.steps.forEach((wordings, step) => {
    if (!dropped.has(step)) composer.sayPattern(wordings, slots);
  });
}
