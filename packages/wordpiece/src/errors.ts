// The failures this package can report, one class per kind. Every message says what was read, where,
// what was expected and what to do.

/** Base of every error this package throws on purpose. */
export class WordPieceError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Where in a file something is wrong. */
export interface FilePlace {
  /** Path or other name of the file; 'vocab.txt' when text was given without one. */
  readonly file: string;
  /** 1-based line, where the file is made of lines. */
  readonly line?: number;
}

const place = ({ file, line }: FilePlace): string =>
  line === undefined ? file : `${file}, line ${line}`;

/** A vocabulary that cannot be used: empty, a duplicate, a gap in the ids, a missing special token. */
export class VocabularyError extends WordPieceError {
  readonly file: string;
  readonly line: number | undefined;

  constructor(where: FilePlace, problem: string, options?: ErrorOptions) {
    super(`${place(where)}: ${problem}`, options);
    this.file = where.file;
    this.line = where.line;
  }
}

/** A tokenizer.json or tokenizer_config.json that is not valid: broken JSON, a value of the wrong type. */
export class TokenizerFileError extends WordPieceError {
  readonly file: string;
  /** Path of the value inside the document, such as `model.vocab`; '' for the document itself. */
  readonly path: string;

  constructor(file: string, path: string, problem: string, options?: ErrorOptions) {
    super(`${file}${path === '' ? '' : `, ${path}`}: ${problem}`, options);
    this.file = file;
    this.path = path;
  }
}

/** A valid tokenizer.json for another kind of tokenizer: reading it as BERT's would give wrong ids. */
export class UnsupportedTokenizerError extends TokenizerFileError {}

/** An option or argument out of its range, or options that contradict each other. */
export class TokenizerOptionError extends WordPieceError {
  /** Name of the option. */
  readonly option: string;

  constructor(option: string, problem: string) {
    super(`${option}: ${problem}`);
    this.option = option;
  }
}

/** A corpus file that cannot be read: missing, a directory, UTF-16, changed while it was read. */
export class CorpusError extends WordPieceError {
  readonly file: string;
  /** The message without the name of the file. */
  readonly problem: string;

  constructor(file: string, problem: string, options?: ErrorOptions) {
    super(`${file}: ${problem}`, options);
    this.file = file;
    this.problem = problem;
  }
}

/** A worker thread ended before its work was done. */
export class WorkerDiedError extends WordPieceError {}

/** A file could not be written; whatever was there before is as it was. */
export class SaveError extends WordPieceError {
  readonly file: string;

  constructor(file: string, problem: string, options?: ErrorOptions) {
    super(`${file}: ${problem}`, options);
    this.file = file;
  }
}

/** A corpus without a single word: no vocabulary can be learned from it. */
export class EmptyCorpusError extends WordPieceError {
  constructor(corpus: string) {
    super(
      `${corpus}: there is no word in it, only white space or nothing at all. ` +
        'Give text to learn from; check that the right file was named.',
    );
  }
}

/** A corpus beyond what can be counted exactly or held: 2^53 characters, 4 GiB of different words. */
export class CountLimitError extends WordPieceError {
  constructor(problem: string) {
    super(`${problem} Learn the vocabulary from a part of the corpus.`);
  }
}
