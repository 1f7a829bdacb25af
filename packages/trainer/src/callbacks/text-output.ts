// Where callbacks print: a terminal, a pipe, or a test.

/** A stream of text; `process.stderr` is one. */
export interface TextOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}
