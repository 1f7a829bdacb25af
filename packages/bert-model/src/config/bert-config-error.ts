// The one error a configuration can give: which field, what stood there, what was expected.

/** A configuration that no BERT can be built from. */
export class BertConfigError extends Error {
  override readonly name = 'BertConfigError';
  /** The field as the reader of the message knows it: snake_case from a file, camelCase from code. */
  readonly field: string;
  /** What stood there. */
  readonly value: unknown;
  /** What was expected, as a noun phrase. */
  readonly expectation: string;

  constructor(field: string, value: unknown, expectation: string) {
    super(`BERT configuration: ${field} is ${describeValue(value)}; expected ${expectation}.`);
    this.field = field;
    this.value = value;
    this.expectation = expectation;
  }
}

const longestQuotedText = 60;

/** Names a value without walking into it: a hostile file may nest half a million levels. */
function describeValue(value: unknown): string {
  if (typeof value === 'string') {
    const shown =
      value.length > longestQuotedText ? `${value.slice(0, longestQuotedText)}…` : value;
    return `the string ${JSON.stringify(shown)}`;
  }
  if (Array.isArray(value)) {
    return `an array of ${value.length}`;
  }
  if (typeof value === 'object' && value !== null) {
    return 'an object';
  }
  return String(value);
}
