// What can be wrong with a call of a pipeline; each message says what was found and what to do.

/** Base class of what this package throws. What loading a model throws comes from @malmoi/checkpoint. */
export class PipelineError extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** A task that there is no pipeline for. */
export class UnknownTaskError extends PipelineError {
  readonly task: string;

  constructor(task: string, known: readonly string[]) {
    super(`there is no pipeline '${task}'. Known tasks: ${known.join(', ')}.`);
    this.task = task;
  }
}

/** An option that cannot be. */
export class PipelineOptionError extends PipelineError {
  readonly option: string;

  constructor(option: string, value: unknown, expected: string) {
    super(
      `${option} is ${Array.isArray(value) ? value.join(', ') : String(value)}; expected ${expected}.`,
    );
    this.option = option;
  }
}

/** A text without a blank. */
export class NoMaskTokenError extends PipelineError {
  readonly index: number;

  /** @param index which of the texts, from 0 */
  constructor(index: number, maskToken: string) {
    super(`text ${index} has no ${maskToken}: write ${maskToken} where a word is to be filled in.`);
    this.index = index;
  }
}

/** A text with more tokens than the model has positions. */
export class InputTooLongError extends PipelineError {
  readonly index: number;
  readonly length: number;

  constructor(index: number, length: number, most: number) {
    super(
      `text ${index} has ${length} tokens and the model takes ${most}. ` +
        'Shorten it, or cut it at the end with truncation: true.',
    );
    this.index = index;
    this.length = length;
  }
}
