// Which parameters a pattern means, for freeze and unfreeze.

/** A regular expression, or a glob in which `*` is any run of characters and `?` any one. */
export type NamePattern = string | RegExp;

/** A pattern that names no parameter, which is always a mistake: nothing would have happened. */
export class ParameterPatternError extends Error {
  override readonly name = 'ParameterPatternError';
  readonly pattern: NamePattern;

  constructor(pattern: NamePattern, example: string) {
    super(
      `No parameter is called ${String(pattern)}. A text pattern must match the whole name ` +
        `(this model has, for one, "${example}"); use * for any run of characters.`,
    );
    this.pattern = pattern;
  }
}

/**
 * The names a pattern matches. Dots are ordinary characters: `bert.*` is the whole encoder.
 *
 * @throws ParameterPatternError if there is none.
 */
export function namesMatching(names: Iterable<string>, pattern: NamePattern): string[] {
  const expression = typeof pattern === 'string' ? globToRegExp(pattern) : pattern;
  const all = [...names];
  // search() ignores the lastIndex that a /g expression carries from call to call.
  const matching = all.filter((name) => name.search(expression) !== -1);
  if (matching.length === 0) {
    throw new ParameterPatternError(pattern, all[0] ?? '');
  }
  return matching;
}

function globToRegExp(glob: string): RegExp {
  const escaped = glob.replaceAll(/[\\^$.|+()[\]{}]/gu, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'su');
}
