// Everything that is printed goes through here: results to standard output, the rest to standard error; quiet,
// JSON and verbose; colour on terminals only; no secrets, no control characters.
import type { OutputStream, ResolvedIo } from '../io.ts';
import { printable, secretFilter } from './printable.ts';
import { ProgressLine } from './progress-line.ts';

/** How a command shall print. */
export interface OutputOptions {
  readonly quiet: boolean;
  readonly json: boolean;
  readonly verbose: boolean;
}

const RED = '\u001b[31m';
const YELLOW = '\u001b[33m';
const RESET = '\u001b[0m';

const DEFAULT_COLUMNS = 80;

/** Columns of a terminal; some say that they have none. */
function widthOf({ columns = 0 }: OutputStream): number {
  return columns > 0 ? columns : DEFAULT_COLUMNS;
}

/** Prints what a command has to say. */
export class Output {
  readonly options: OutputOptions;
  readonly #stdout: OutputStream;
  readonly #stderr: OutputStream;
  readonly #filter: (text: string) => string;
  readonly #useColor: boolean;
  readonly #progress: ProgressLine;
  readonly #warnings: string[] = [];

  constructor({ stdout, stderr, env }: ResolvedIo, options: OutputOptions) {
    this.options = options;
    this.#stdout = stdout;
    this.#stderr = stderr;
    const hideSecrets = secretFilter(env);
    this.#filter = (text) => printable(hideSecrets(text));
    const isTerminal = stderr.isTTY === true && env['TERM'] !== 'dumb';
    this.#useColor = isTerminal && (env['NO_COLOR'] ?? '') === '';
    const inPlace = isTerminal && (env['CI'] ?? '') === '';
    this.#progress = new ProgressLine({
      write: (text) => {
        this.#stderr.write(text);
      },
      inPlace,
      columns: () => widthOf(stderr),
      enabled: !options.quiet,
    });
  }

  /** Warnings so far, for reports. */
  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /** The result: as JSON on one line where it was asked for, as lines otherwise. */
  result(value: unknown, lines: () => readonly string[]): void {
    this.#progress.clear();
    const text = this.options.json ? JSON.stringify(value) : lines().join('\n');
    this.#stdout.write(`${this.#filter(text)}\n`);
  }

  /** What is going on; not with --quiet. */
  info(message: string): void {
    if (!this.options.quiet) this.#line(message);
  }

  /** What only --verbose shows. */
  detail(message: string): void {
    if (this.options.verbose) this.#line(message);
  }

  /** What the user should look at; the same warning is printed once. */
  readonly warn = (message: string): void => {
    if (this.#warnings.includes(message)) return;
    this.#warnings.push(message);
    this.#line(`${this.#colored('warning:', YELLOW)} ${this.#filter(message)}`, true);
  };

  /** Why the command failed. */
  error(message: string): void {
    this.#line(`${this.#colored('error:', RED)} ${this.#filter(message)}`, true);
  }

  /** Shows how far the work is: in place on a terminal, now and then on a line of its own elsewhere. */
  progress(message: string): void {
    this.#progress.update(this.#filter(message));
  }

  /** Ends the progress line; its last state stays. */
  endProgress(): void {
    this.#progress.end();
  }

  #line(message: string, isFiltered = false): void {
    this.#progress.clear();
    this.#stderr.write(`${isFiltered ? message : this.#filter(message)}\n`);
  }

  #colored(text: string, color: string): string {
    return this.#useColor ? `${color}${text}${RESET}` : text;
  }
}
