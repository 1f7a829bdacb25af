// What a single configuration value may be. A rule gives the value in its TypeScript form, or throws
// BertConfigError; nothing is coerced, because "768" in a config.json is a damaged file.
import { BertConfigError } from './bert-config-error.ts';

/** Checks one raw value and returns it typed. `field` is how the error should call it. */
export type FieldRule<T> = (value: unknown, field: string) => T;

/** Tensor indices are int32 on every backend, so no dimension can pass this. */
export const largestDimension = 2 ** 31 - 1;

/** A whole number in [smallest, largest]. */
export function integer(smallest: number, largest: number = largestDimension): FieldRule<number> {
  const expectation = `a whole number from ${smallest} to ${largest}`;
  return (value, field) => {
    if (
      typeof value !== 'number' ||
      !Number.isInteger(value) ||
      value < smallest ||
      value > largest
    ) {
      throw new BertConfigError(field, value, expectation);
    }
    return value;
  };
}

/** A probability of dropping: 1 would drop everything and divide by zero. */
export const dropoutProbability: FieldRule<number> = (value, field) => {
  if (typeof value !== 'number' || !(value >= 0 && value < 1)) {
    throw new BertConfigError(field, value, 'a number from 0 up to, but not including, 1');
  }
  return value;
};

/** Positive once rounded to float32, since that is where it has to prevent a division by zero. */
export const positiveFloat32: FieldRule<number> = (value, field) => {
  if (
    typeof value !== 'number' ||
    !(Math.fround(value) > 0 && Number.isFinite(Math.fround(value)))
  ) {
    throw new BertConfigError(field, value, 'a positive number that float32 can hold');
  }
  return value;
};

export const nonNegativeNumber: FieldRule<number> = (value, field) => {
  if (typeof value !== 'number' || !(value >= 0 && Number.isFinite(value))) {
    throw new BertConfigError(field, value, 'a finite number of at least 0');
  }
  return value;
};

export const flag: FieldRule<boolean> = (value, field) => {
  if (typeof value !== 'boolean') {
    throw new BertConfigError(field, value, 'true or false');
  }
  return value;
};

export const text: FieldRule<string> = (value, field) => {
  if (typeof value !== 'string' || value === '') {
    throw new BertConfigError(field, value, 'a non-empty string');
  }
  return value;
};

export const textList: FieldRule<readonly string[]> = (value, field) => {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw new BertConfigError(field, value, 'an array of strings');
  }
  return [...value];
};

/** One of a few values. `instead` may say what to do about any other. */
export function oneOf<const T extends string | boolean>(
  choices: readonly T[],
  instead = '',
): FieldRule<T> {
  const expectation = choices.map((choice) => JSON.stringify(choice)).join(' or ') + instead;
  return (value, field) => {
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) {
      throw new BertConfigError(field, value, expectation);
    }
    return choice;
  };
}

/** `null` as well as what the rule accepts. */
export function nullable<T>(rule: FieldRule<T>): FieldRule<T | null> {
  return (value, field) => (value === null ? null : rule(value, field));
}

/** A token id, or several: transformers allows a list for `eos_token_id`. */
export const tokenIdOrList: FieldRule<number | readonly number[]> = (value, field) =>
  Array.isArray(value) ? value.map((item: unknown) => tokenId(item, field)) : tokenId(value, field);

export const tokenId: FieldRule<number> = integer(0);
