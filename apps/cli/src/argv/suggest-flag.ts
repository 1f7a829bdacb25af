// What a mistyped flag was probably meant to be: the nearest of all names that are understood, aliases too.
// Distances are those of Damerau and Levenshtein, with neighbouring letters swapped counted as one mistake.
import type { OptionTable } from '../options/option-spec.ts';

/** Most mistakes in a name, and the share of its letters that must be right. */
const MOST_MISTAKES = 3;
const LEAST_RIGHT = 0.4;

/** A name that is understood. */
interface KnownName {
  readonly name: string;
  /** The name that counts. */
  readonly main: string;
  /** The main name itself, another one for it, or a former one. */
  readonly rank: number;
}

/**
 * The sentence that follows a message about an unknown flag, or nothing where no name is near.
 *
 * @param typed as the user wrote it, with its dashes: the suggestion is spelled likewise
 */
export function suggestFlag(typed: string, table: OptionTable): string {
  const name = typed.replace(/^--/, '').replaceAll('-', '_');
  const near = knownNames(table, name.startsWith('no_'))
    .map((known) => ({ ...known, mistakes: countMistakes(name, known.name) }))
    .filter((known) => isNear(name, known.name, known.mistakes));
  const least = Math.min(...near.map(({ mistakes }) => mistakes));
  const [best] = near
    .filter(({ mistakes }) => mistakes === least)
    .sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1));
  if (best === undefined) return '';
  const meant = `--${best.name}${best.name === best.main ? '' : `, which is --${best.main}`}`;
  const isKebab = typed.slice(2).includes('-');
  return `\n(Did you mean ${isKebab ? meant.replaceAll('_', '-') : meant}?)`;
}

/** @param negated whether `--no_` was typed: only flags that are on or off have such a name */
function knownNames(table: OptionTable, negated: boolean): KnownName[] {
  return Object.entries(table).flatMap(([main, { kind, aliases, retired }]) => {
    const ranked = [[main], aliases, retired].flatMap((names, rank) =>
      names.map((name) => ({ name, main, rank })),
    );
    if (!negated) return ranked;
    return kind === 'flag'
      ? ranked.map((known) => ({ ...known, name: `no_${known.name}`, main: `no_${main}` }))
      : [];
  });
}

function isNear(typed: string, name: string, mistakes: number): boolean {
  const length = Math.max(typed.length, name.length);
  return mistakes <= MOST_MISTAKES && (length - mistakes) / length > LEAST_RIGHT;
}

/** Letters to insert, remove, replace or swap (optimal string alignment); quadratic in two short names. */
function countMistakes(from: string, to: string): number {
  let [before, last] = [[] as number[], Array.from({ length: to.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const isEqual = from[i - 1] === to[j - 1];
      const isSwapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      row.push(
        Math.min(
          (last[j] ?? Infinity) + 1,
          (row[j - 1] ?? Infinity) + 1,
          (last[j - 1] ?? Infinity) + (isEqual ? 0 : 1),
          isSwapped ? (before[j - 2] ?? Infinity) + 1 : Infinity,
        ),
      );
    }
    [before, last] = [last, row];
  }
  return last[to.length] ?? Infinity;
}
