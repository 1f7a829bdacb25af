// How many examples each class has.

/** Counts labels, in the order of first occurrence. */
export function countClasses(labels: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}
