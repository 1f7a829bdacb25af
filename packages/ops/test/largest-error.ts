// How far a backend was from its references, for the line that the suite prints.

/** Keeps the largest error and where it was. */
export class LargestError {
  #error = 0;
  #title = '';

  /** A function that is told the errors of one check. */
  observer(title: string): (error: number) => void {
    return (error) => {
      if (error <= this.#error) return;
      this.#error = error;
      this.#title = title;
    };
  }

  toString(): string {
    return `largest error ${this.#error.toExponential(1)} (${this.#title})`;
  }
}
