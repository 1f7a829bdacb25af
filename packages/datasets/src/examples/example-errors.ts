// What can be wrong with a request for examples; each message says which option or corpus, and what to do.

/** An option of an example strategy, stream or collator that cannot be. */
export class ExampleOptionsError extends Error {
  override readonly name = 'ExampleOptionsError';
  /** The option's name. */
  readonly option: string;
  /** What was given. */
  readonly value: unknown;

  /** @param expected what is allowed, for the message */
  constructor(option: string, value: unknown, expected: string) {
    super(`${option} is ${String(value)}; expected ${expected}`);
    this.option = option;
    this.value = value;
  }
}

/** A corpus with too few documents for what was asked of it. */
export class CorpusTooSmallError extends Error {
  override readonly name = 'CorpusTooSmallError';
  readonly documents: number;
  readonly needed: number;

  constructor(documents: number, needed: number, strategy: string) {
    super(
      `the corpus has ${documents} document${documents === 1 ? '' : 's'} and the strategy '${strategy}' ` +
        `needs at least ${needed}: check that blank lines separate the documents of the input`,
    );
    this.documents = documents;
    this.needed = needed;
  }
}
