// The typed errors of the package. Each names the source (a path, a URL or what the caller passed),
// what was found and what to do; HEADER_RULES are the rules of validity of a safetensors file.

/** Shows a name from a file inside a message: quoted, control characters escaped, cut when long. */
export function quote(name: string): string {
  const shown = name.length > 120 ? `${name.slice(0, 120)}…` : name;
  return JSON.stringify(shown);
}

/** Base class of everything this package throws on bad input or a failed operation. */
export class SafetensorsError<Code extends string = string> extends Error {
  /** A stable identifier of the kind of failure. */
  readonly code: Code;
  /** Path, URL or label of what was being read or written. */
  readonly source: string;

  constructor(code: Code, source: string, message: string, options?: ErrorOptions) {
    super(`${source}: ${message}`, options);
    this.name = new.target.name;
    this.code = code;
    this.source = source;
  }
}

/** The rules a reader enforces, by number: identifier and one-line statement. (18 binds the writer.) */
export const HEADER_RULES = {
  1: ['FILE_TOO_SHORT', 'a file has at least 8 bytes'],
  2: ['HEADER_TOO_LARGE', 'the header length is at most 100,000,000'],
  3: ['HEADER_PAST_END', 'the header lies within the file'],
  4: ['HEADER_NOT_UTF8', 'the header is valid UTF-8'],
  5: ['HEADER_NOT_JSON', 'the header is one strict JSON document'],
  6: ['ROOT_NOT_OBJECT', 'the header is a JSON object'],
  7: ['METADATA_NOT_STRINGS', '__metadata__ is absent, null, or maps strings to strings'],
  8: ['DUPLICATE_KEY', 'no key occurs twice'],
  9: ['INVALID_TENSOR_INFO', 'a tensor is an object with dtype, shape and data_offsets'],
  10: ['UNKNOWN_DTYPE', "a dtype is one of the format's names"],
  11: ['INVALID_SHAPE', 'a shape is an array of non-negative integers'],
  12: ['INVALID_OFFSETS', 'data_offsets are two non-negative integers'],
  13: ['OFFSETS_NOT_CONTIGUOUS', 'tensors cover the data without gap or overlap'],
  14: ['SIZE_OVERFLOW', 'the size of a tensor fits 64 bits'],
  15: ['NOT_WHOLE_BYTES', 'a tensor fills whole bytes'],
  16: ['SIZE_MISMATCH', 'end - begin is the size of the tensor'],
  17: ['DATA_LENGTH_MISMATCH', 'the last tensor ends at the end of the file'],
} as const satisfies Record<number, readonly [code: string, statement: string]>;

/** Number of a rule of validity that a file can break. */
export type HeaderRule = keyof typeof HEADER_RULES;

/** The file is not a valid safetensors file. `rule` says which rule it breaks, `byteOffset` where. */
export class SafetensorsHeaderError extends SafetensorsError {
  readonly rule: HeaderRule;
  /** Offset from the start of the file of what broke the rule. */
  readonly byteOffset: number;

  constructor(rule: HeaderRule, source: string, byteOffset: number, finding: string) {
    const [code, statement] = HEADER_RULES[rule];
    super(
      code,
      source,
      `not a valid safetensors file (rule ${rule}: ${statement}): ${finding}, at byte ${byteOffset}. ` +
        'Save or download the file again.',
    );
    this.rule = rule;
    this.byteOffset = byteOffset;
  }
}

/** The file holds no tensor of the asked name. */
export class TensorNotFoundError extends SafetensorsError {
  readonly tensor: string;

  constructor(source: string, tensor: string, available: Iterable<string>) {
    const names = [...take(available, 6)].map(quote);
    const shown = names.slice(0, 5).join(', ') + (names.length > 5 ? ', …' : '');
    const held = names.length === 0 ? 'no tensors' : shown;
    super('TENSOR_NOT_FOUND', source, `there is no tensor ${quote(tensor)}. It holds ${held}.`);
    this.tensor = tensor;
  }
}

/** A tensor exists but cannot be shown in the asked form (another dtype, rows out of range, too large). */
export class TensorAccessError extends SafetensorsError {
  readonly tensor: string;

  constructor(source: string, tensor: string, message: string, options?: ErrorOptions) {
    super('TENSOR_ACCESS', source, `tensor ${quote(tensor)}: ${message}`, options);
    this.tensor = tensor;
  }
}

/** Kinds of mistakes in what a writer was given. */
export type WriteErrorCode =
  | 'INVALID_NAME'
  | 'DUPLICATE_NAME'
  | 'UNKNOWN_DTYPE'
  | 'INVALID_SHAPE'
  | 'NOT_WHOLE_BYTES'
  | 'DATA_MISMATCH'
  | 'INVALID_METADATA'
  | 'HEADER_TOO_LARGE'
  | 'INVALID_SHARD_SIZE'
  | 'MODEL_EXISTS';

/** What was to be written would not be a valid file. Nothing is left behind. */
export class SafetensorsWriteError extends SafetensorsError<WriteErrorCode> {}

/** Kinds of mistakes in an index of shards and the files that it names. */
export type IndexErrorCode =
  | 'INVALID_INDEX'
  | 'UNSAFE_SHARD_NAME'
  | 'SHARD_NOT_FOUND'
  | 'SHARD_NOT_REGULAR'
  | 'TENSOR_MISSING'
  | 'TENSOR_DUPLICATED'
  | 'TENSOR_UNLISTED'
  | 'NO_MODEL';

/** `model.safetensors.index.json` is malformed, unsafe, or does not agree with its shards. */
export class SafetensorsIndexError extends SafetensorsError<IndexErrorCode> {}

/** Reading bytes failed: the operating system or the server said no, or the file changed meanwhile. */
export class SafetensorsReadError extends SafetensorsError {
  constructor(source: string, message: string, options?: ErrorOptions) {
    super('READ_FAILED', source, message, options);
  }
}

/** A web server does not serve byte ranges as RFC 9110 has them. `status` is the HTTP status. */
export class HttpRangeError extends SafetensorsError {
  readonly status: number | undefined;

  constructor(source: string, status: number | undefined, message: string, options?: ErrorOptions) {
    super('HTTP_RANGE', source, message, options);
    this.status = status;
  }
}

/** The reader was used after `close()`. */
export class ReaderClosedError extends SafetensorsError {
  constructor(source: string) {
    super('READER_CLOSED', source, 'the reader is closed. Open it again to read tensors.');
  }
}

/** The machine keeps numbers in another byte order than the format. */
export class UnsupportedHostError extends SafetensorsError {
  constructor() {
    super(
      'UNSUPPORTED_HOST',
      'this machine',
      'it is big-endian, and safetensors data is little-endian. Run on a little-endian machine.',
    );
  }
}

function* take<T>(items: Iterable<T>, count: number): Generator<T> {
  let taken = 0;
  for (const item of items) {
    if (taken++ === count) return;
    yield item;
  }
}
