// What can be wrong with a request for examples; each message says which option or corpus, and what to do.

/** An option of an example strategy, stream or collator that cannot be. */
export class ExampleOptionsError extends Error {
  override readonly name = 'ExampleOptionsError';

  /**
   * @param option the option's name
   * @param value what was given
   * @param expected what is allowed
   */
  constructor(
    readonly option: string,
    readonly value: unknown,
    expected: string,
  ) {
    super(`${option} is ${String(value)}; expected ${expected}`);
  }
}

/** A corpus with too few documents for what was asked of it. */
export class CorpusTooSmallError extends Error {
  override readonly name = 'CorpusTooSmallError';

  constructor(
    readonly documents: number,
    readonly needed: number,
    strategy: string,
  ) {
    super(
      `the corpus has ${documents} document${documents === 1 ? '' : 's'} and the strategy '${strategy}' ` +
        `needs at least ${needed}: check that blank lines separate the documents of the input`,
    );
  }
}
