// One line that says how far the work is. On a terminal it is written over itself, with spaces and carriage
// returns and no escape codes; in a log it is a new line every few seconds.
import { displayWidth } from './display-width.ts';

/** How a progress line is written. */
export interface ProgressLineOptions {
  readonly write: (text: string) => void;
  /** Whether the line can be written over: a terminal. */
  readonly inPlace: boolean;
  readonly columns: () => number;
  readonly enabled: boolean;
}

const LOG_INTERVAL_MILLISECONDS = 5000;

export class ProgressLine {
  readonly #options: ProgressLineOptions;
  #shownWidth = 0;
  #last: string | undefined;
  #lastLogged: number | undefined;

  constructor(options: ProgressLineOptions) {
    this.#options = options;
  }

  /** Shows a new state. */
  update(message: string): void {
    const { enabled, inPlace, write } = this.#options;
    if (!enabled) return;
    this.#last = message;
    if (inPlace) {
      const shown = this.#fit(message);
      const width = displayWidth(shown);
      write(`\r${shown}${' '.repeat(Math.max(0, this.#shownWidth - width))}`);
      this.#shownWidth = width;
      return;
    }
    const now = performance.now();
    if (this.#lastLogged !== undefined && now - this.#lastLogged < LOG_INTERVAL_MILLISECONDS) {
      return;
    }
    this.#lastLogged = now;
    this.#last = undefined;
    write(`${message}\n`);
  }

  /** Takes the line off the terminal, for another line to be printed. */
  clear(): void {
    if (this.#shownWidth === 0) return;
    this.#options.write(`\r${' '.repeat(this.#shownWidth)}\r`);
    this.#shownWidth = 0;
  }

  /** Leaves the last state on a line of its own. */
  end(): void {
    this.clear();
    if (this.#last !== undefined) this.#options.write(`${this.#last}\n`);
    this.#last = undefined;
    this.#lastLogged = undefined;
  }

  #fit(message: string): string {
    const most = Math.max(20, this.#options.columns()) - 1;
    if (displayWidth(message) <= most) return message;
    let shown = '';
    for (const character of message) {
      if (displayWidth(shown + character) >= most) break;
      shown += character;
    }
    return `${shown}…`;
  }
}
