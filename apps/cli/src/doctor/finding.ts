// What doctor finds out, one line each.

/** A line of the report. */
export interface Finding {
  /** What was looked at. */
  readonly name: string;
  /** `missing` is something that could be there; `problem` is something that has to be mended. */
  readonly status: 'ok' | 'missing' | 'problem';
  readonly detail: string;
  /** The command or step that mends it. */
  readonly fix?: string;
}
