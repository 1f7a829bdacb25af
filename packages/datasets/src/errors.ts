// The typed errors of reading corpora and labelled sets. Each says what was read, where, what was expected
// and what to do. None repeats the text that was read: a message may end up in a log.

/** Base class of what this package throws on bad input. `code` is stable; `source` is what was read. */
export class DatasetsError extends Error {
  readonly code: string;
  /** A path, `archive.tar.gz!member`, `<stdin>`, or what the caller named. */
  readonly source: string;

  constructor(code: string, source: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.source = source;
  }
}

export type CorpusSourceErrorCode =
  | 'NOT_FOUND'
  | 'NO_MATCH'
  | 'NO_READABLE_FILE'
  | 'NO_MATCHING_MEMBER'
  | 'IS_DIRECTORY'
  | 'NOT_A_FILE'
  | 'IS_URL'
  | 'UNKNOWN_FORMAT'
  | 'STDIN_CONSUMED';

/** A source that cannot be opened: it is missing, matches nothing, or its format is not known. */
export class CorpusSourceError extends DatasetsError {
  declare readonly code: CorpusSourceErrorCode;

  constructor(
    code: CorpusSourceErrorCode,
    source: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(code, source, `${source}: ${problem}`, options);
  }
}

export type CorpusReadErrorCode = 'READ_FAILED' | 'FILE_CHANGED' | 'TRUNCATED' | 'CORRUPT';

/** Bytes could not be read: the system said no, the file changed meanwhile, a compressed file is damaged. */
export class CorpusReadError extends DatasetsError {
  declare readonly code: CorpusReadErrorCode;

  constructor(code: CorpusReadErrorCode, source: string, problem: string, options?: ErrorOptions) {
    super(code, source, `${source}: ${problem}`, options);
  }
}

/** This Node.js cannot decompress the file. `neededVersion` is one that can. */
export class UnsupportedCompressionError extends DatasetsError {
  declare readonly code: 'ZSTD_UNSUPPORTED';
  readonly neededVersion: string;

  constructor(source: string, runningVersion: string, neededVersion: string) {
    super(
      'ZSTD_UNSUPPORTED',
      source,
      `${source}: this Node.js (${runningVersion}) has no zstd. Use Node.js ${neededVersion} or newer, or ` +
        'decompress the file first: zstd -d.',
    );
    this.neededVersion = neededVersion;
  }
}

export type CorpusEncodingErrorCode = 'UTF16' | 'UTF32' | 'EUC_KR' | 'BINARY';

/** The bytes are not UTF-8 text. `encoding` is what they look like. */
export class CorpusEncodingError extends DatasetsError {
  declare readonly code: CorpusEncodingErrorCode;
  readonly encoding: string;

  constructor(code: CorpusEncodingErrorCode, source: string, encoding: string, advice: string) {
    super(code, source, `${source}: this is ${encoding}, not UTF-8 text. ${advice}`);
    this.encoding = encoding;
  }
}

export type RecordErrorCode =
  | 'MALFORMED_JSON'
  | 'MALFORMED_CSV'
  | 'MALFORMED_PARQUET'
  | 'MALFORMED_ROW'
  | 'RECORD_TOO_LONG'
  | 'MISSING_COLUMN'
  | 'WRONG_TYPE'
  | 'INVALID_LABEL';

/** A record of a file is not what its format, or the options, say. `line` is 1-based (a row in Parquet). */
export class RecordError extends DatasetsError {
  declare readonly code: RecordErrorCode;
  readonly line: number;

  constructor(code: RecordErrorCode, source: string, line: number, problem: string) {
    super(code, source, `${source}:${line}: ${problem}`);
    this.line = line;
  }
}

/** A record lacks a column that was asked for. `available` are the columns there are. */
export class MissingColumnError extends RecordError {
  declare readonly code: 'MISSING_COLUMN';
  readonly column: string | number;
  readonly available: readonly string[];

  constructor(
    source: string,
    line: number,
    column: string | number,
    available: readonly string[],
    option: string,
  ) {
    super(
      'MISSING_COLUMN',
      source,
      line,
      `there is no column ${JSON.stringify(column)}. ${listColumns(available)} Name one of them in ${option}.`,
    );
    this.column = column;
    this.available = available;
  }
}

/** An archive holds a member whose name leads outside of it. Nothing of the archive is used further. */
export class UnsafeArchiveError extends DatasetsError {
  declare readonly code: 'UNSAFE_PATH';
  readonly member: string;

  constructor(source: string, member: string, reason: string) {
    super(
      'UNSAFE_PATH',
      source,
      `${source}: the member ${quote(member)} ${reason}. Such an archive is not to be trusted; pack it again with relative names.`,
    );
    this.member = member;
  }
}

/** Everything was read and no sentence was found. */
export class EmptyCorpusError extends DatasetsError {
  declare readonly code: 'EMPTY_CORPUS';

  constructor(source: string, found: string) {
    super(
      'EMPTY_CORPUS',
      source,
      `${source}: no sentence was found: ${found}. Check the path, the format and the text column.`,
    );
  }
}

/** An option that cannot be, or options that contradict each other. */
export class DatasetsOptionError extends DatasetsError {
  declare readonly code: 'INVALID_OPTION';
  readonly option: string;

  constructor(option: string, given: unknown, expected: string) {
    super('INVALID_OPTION', option, `${option} is ${shown(given)}; expected ${expected}.`);
    this.option = option;
  }
}

/** A label that the label map does not hold. */
export class UnknownLabelError extends DatasetsError {
  declare readonly code: 'UNKNOWN_LABEL';
  readonly label: string | number;

  constructor(label: string | number, known: readonly string[]) {
    super(
      'UNKNOWN_LABEL',
      'label map',
      `there is no label ${JSON.stringify(label)}; the label map holds ${list(known)}. ` +
        'Make the label map from every split that is used.',
    );
    this.label = label;
  }
}

/** Shows a name from a file inside a message: quoted, control characters escaped, cut when long. */
function quote(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}

function shown(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

function list(names: readonly string[]): string {
  const first = names.slice(0, 20).map(quote).join(', ');
  return names.length > 20 ? `${first} and ${names.length - 20} more` : first;
}

function listColumns(names: readonly string[]): string {
  return names.length === 0 ? 'It has no columns.' : `Its columns are ${list(names)}.`;
}
