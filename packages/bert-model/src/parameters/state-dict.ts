// A model's weights outside of any backend: names, shapes and float32 values.

/** One weight as it is stored: row-major float32. */
export interface StateTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Weights by their Hugging Face names. A Map, since a name from a file may be `__proto__`. */
export type StateDict = ReadonlyMap<string, StateTensor>;

/** A tensor whose shape is not the model's. */
export interface ShapeMismatch {
  readonly name: string;
  /** The shape the model has. */
  readonly expected: readonly number[];
  /** The shape that was given. */
  readonly found: readonly number[];
}

/** What did not fit when weights were loaded, as transformers' `from_pretrained` reports it. */
export interface LoadReport {
  /** Names the model has and the weights lack; these keep their values. */
  readonly missing: readonly string[];
  /** Names the weights have and the model lacks. */
  readonly unexpected: readonly string[];
  /** Names both have with different shapes; these keep their values. */
  readonly mismatched: readonly ShapeMismatch[];
}

/** Weights that do not fit the model. Nothing has been loaded. */
export class StateDictError extends Error {
  override readonly name = 'StateDictError';
  readonly report: LoadReport;

  constructor(report: LoadReport) {
    super(describeReport(report));
    this.report = report;
  }
}

const mostNamesShown = 5;

function describeReport({ missing, unexpected, mismatched }: LoadReport): string {
  const shapes = mismatched.map(
    ({ name, expected, found }) => `${name} [${found.join(', ')}] for [${expected.join(', ')}]`,
  );
  const parts = [
    ...listNames('missing', missing),
    ...listNames('unexpected', unexpected),
    ...listNames('of another shape', shapes),
  ];
  return (
    `The weights do not fit the model: ${parts.join('; ')}. ` +
    'Check that they belong to this architecture and configuration, or load with { strict: false }.'
  );
}

function listNames(kind: string, names: readonly string[]): string[] {
  if (names.length === 0) {
    return [];
  }
  const shown = names.slice(0, mostNamesShown).join(', ');
  const rest = names.length > mostNamesShown ? ` and ${names.length - mostNamesShown} more` : '';
  return [`${names.length} ${kind} (${shown}${rest})`];
}
