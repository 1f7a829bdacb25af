// The little language of the sentence patterns:
//   {name}       the value of a slot
//   {name:은}    the value followed by the particle that fits its sound (see josa.ts)
//   [a|b|c]      one of the alternatives, drawn at random; they may hold slots and may be empty
import type { Random } from '../random.ts';
import { SampleError } from './errors.ts';
import { isJosa, withJosa } from './josa.ts';

export type Slots = Readonly<Record<string, string>>;

/** One of the values, each as likely. @throws SampleError when there is none. */
export function pick<T>(random: Random, values: readonly T[]): T {
  const value = values[random.below(Math.max(values.length, 1))];
  if (value === undefined) throw new SampleError('Cannot pick from an empty list.');
  return value;
}

/** A copy of the values in an order drawn uniformly from all orders (Fisher and Yates). */
export function shuffled<T>(random: Random, values: readonly T[]): T[] {
  const rest = [...values];
  const order: T[] = [];
  while (rest.length > 0) order.push(...rest.splice(random.below(rest.length), 1));
  return order;
}

/**
 * Draws the alternatives of a pattern and fills its slots.
 *
 * @throws SampleError naming the pattern when a slot has no value or a particle is not known.
 */
export function fill(pattern: string, slots: Slots, random: Random): string {
  const drawn = pattern.replaceAll(/\[([^[\]]*)\]/g, (_, alternatives: string) =>
    pick(random, alternatives.split('|')),
  );
  return drawn.replaceAll(/\{([^{}:]+)(?::([^{}]+))?\}/g, (_, name: string, josa?: string) => {
    const value = Object.hasOwn(slots, name) ? slots[name] : undefined;
    if (value === undefined) {
      throw new SampleError(`Pattern ${JSON.stringify(pattern)} needs a value for {${name}}.`);
    }
    if (josa === undefined) return value;
    if (!isJosa(josa)) {
      throw new SampleError(
        `Pattern ${JSON.stringify(pattern)} names no particle: {${name}:${josa}}.`,
      );
    }
    return withJosa(value, josa);
  });
}
