// The error of a setting that cannot be.
import { TrainerError } from '../trainer-error.ts';

/** A training argument is impossible, alone or with another one. */
export class ArgumentError extends TrainerError {
  override readonly name = 'ArgumentError';
  /** The argument's name in camelCase. */
  readonly argument: string;
  readonly value: unknown;
  readonly expectation: string;

  constructor(argument: string, value: unknown, expectation: string) {
    super(`${argument} is ${describe(value)}; expected ${expectation}.`);
    this.argument = argument;
    this.value = value;
    this.expectation = expectation;
  }
}

function describe(value: unknown): string {
  if (value === undefined) return 'not given';
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}
