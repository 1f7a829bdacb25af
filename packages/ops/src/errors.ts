// The kinds of failure of this package: one class each, with the op, the argument, what came, what was
// expected and what to do in the message.

/** Base of everything this package throws on purpose. */
export class OpError extends Error {
  override readonly name: string = 'OpError';
  /** The exported function that refused. */
  readonly op: string;

  constructor(op: string, message: string, options?: ErrorOptions) {
    super(`${op}: ${message}`, options);
    this.op = op;
  }
}

/** A tensor whose shape does not fit. */
export class OpShapeError extends OpError {
  override readonly name = 'OpShapeError';
  readonly argument: string;
  readonly shape: readonly number[];
  /** The expected shape in words, e.g. `[batch, length, hidden]`. */
  readonly expected: string;

  constructor(op: string, argument: string, shape: readonly number[], expected: string) {
    super(op, `${argument} has shape [${shape.join(', ')}], expected ${expected}.`);
    this.argument = argument;
    this.shape = [...shape];
    this.expected = expected;
  }
}

/** A tensor of the wrong dtype. */
export class OpDtypeError extends OpError {
  override readonly name = 'OpDtypeError';
  readonly argument: string;
  readonly dtype: string;
  readonly expected: string;

  constructor(op: string, argument: string, dtype: string, expected: string) {
    super(
      op,
      `${argument} is ${dtype}, expected ${expected}; convert it with tensor.cast('${expected}').`,
    );
    this.argument = argument;
    this.dtype = dtype;
    this.expected = expected;
  }
}

/** A number, name or tensor element outside its range. */
export class OpValueError extends OpError {
  override readonly name = 'OpValueError';
  readonly argument: string;

  constructor(op: string, argument: string, value: unknown, expected: string) {
    super(op, `${argument} is ${describeValue(value)}, expected ${expected}.`);
    this.argument = argument;
  }
}

/** A backend registered its kernels against the contract, e.g. a forward kernel without its gradient. */
export class OpKernelError extends OpError {
  override readonly name = 'OpKernelError';
  readonly backend: string;

  constructor(op: string, backend: string, message: string) {
    super(op, `backend '${backend}': ${message}`);
    this.backend = backend;
  }
}

function describeValue(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
