// Splits labelled examples into two parts with the same share of every class in each.
import { DatasetsOptionError } from '../errors.ts';
import { Random } from '../random.ts';

export interface StratifiedSplitOptions {
  /** Share of the examples that goes to `validation`, between 0 and 1, both excluded. */
  readonly validationShare: number;
  /** Equal seeds give equal splits. Default 42. */
  readonly seed?: number;
}

export interface Split<T> {
  readonly train: T[];
  readonly validation: T[];
}

/**
 * Splits examples by class. The sizes of the parts are exact to the rounded share of the whole; each class
 * is within one example of its share, and a class of at least two examples is in both parts wherever its
 * share is at least one example in each. Both parts keep the order of the examples.
 *
 * @throws DatasetsOptionError
 */
export function stratifiedSplit<T>(
  examples: readonly T[],
  labelOf: (example: T) => string,
  { validationShare, seed = 42 }: StratifiedSplitOptions,
): Split<T> {
  if (!(validationShare > 0 && validationShare < 1)) {
    throw new DatasetsOptionError('validationShare', validationShare, 'a number between 0 and 1');
  }
  const classes = new Map<string, number[]>();
  examples.forEach((example, index) => {
    const label = labelOf(example);
    const members = classes.get(label);
    if (members === undefined) classes.set(label, [index]);
    else members.push(index);
  });
  const groups = [...classes.values()];
  const counts = apportion(
    groups.map((members) => members.length * validationShare),
    Math.round(examples.length * validationShare),
  );
  const isValidation = new Uint8Array(examples.length);
  groups.forEach((members, group) => {
    const chosen = new Random(seed, group).shuffle([...members]);
    for (const index of chosen.slice(0, counts[group])) isValidation[index] = 1;
  });
  return {
    train: examples.filter((_, index) => isValidation[index] === 0),
    validation: examples.filter((_, index) => isValidation[index] === 1),
  };
}

/** Whole numbers that sum to `total` and are each within one of their quota (largest remainder). */
function apportion(quotas: readonly number[], total: number): number[] {
  const counts = quotas.map(Math.floor);
  let missing = total - counts.reduce((sum, count) => sum + count, 0);
  const byRemainder = quotas
    .map((quota, group) => ({ group, remainder: quota - Math.floor(quota) }))
    .sort((a, b) => b.remainder - a.remainder || a.group - b.group);
  for (const { group } of byRemainder) {
    if (missing <= 0) break;
    counts[group] = (counts[group] ?? 0) + 1;
    missing--;
  }
  return counts;
}
