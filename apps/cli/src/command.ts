// What a command is: its name, its options, examples for its help, and what it does.
import type { ResolvedIo } from './io.ts';
import type { OptionTable, OptionValues } from './options/option-spec.ts';
import { outputOptions } from './options/common-options.ts';
import { readOptions } from './options/read-options.ts';
import type { Output } from './output/output.ts';

/** What a command works with besides its options. */
export interface CommandContext {
  readonly output: Output;
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly env: ResolvedIo['env'];
  /** Aborted when the user interrupts, or nobody reads the output any more. */
  readonly signal: AbortSignal;
}

/** A command with its own options. What its work needs is best imported when it is called: help stays quick. */
export interface CommandSpec<Table extends OptionTable> {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** A few lines for its own help. */
  readonly description: string;
  /** Its options, without those that every command has. */
  readonly options: Table;
  /** The option that is given without its name. */
  readonly positional?: keyof Table & string;
  /** More for its help, after the options: a heading, and lines. */
  readonly notes?: { readonly heading: string; readonly lines: readonly string[] };
  /** Command lines for the help, without the leading `malmoi NAME`. */
  readonly examples: readonly string[];
  /** @returns the exit code; nothing means 0 */
  readonly execute: (
    values: OptionValues<Table>,
    context: CommandContext,
  ) => Promise<number | undefined>;
}

/** A command whose options are checked when it is called. */
export interface Command extends Pick<
  CommandSpec<OptionTable>,
  'name' | 'summary' | 'description' | 'examples'
> {
  /** All options, those of every command too. */
  readonly options: OptionTable;
  readonly positional: string | undefined;
  readonly notes: CommandSpec<OptionTable>['notes'] | undefined;
  /**
   * Checks the options.
   *
   * @returns what does the work
   * @throws UsageError
   */
  readonly prepare: (
    raw: Readonly<Record<string, unknown>>,
  ) => (context: CommandContext) => Promise<number | undefined>;
}

/** Makes a command of its description. */
export function defineCommand<const Table extends OptionTable>(spec: CommandSpec<Table>): Command {
  return {
    name: spec.name,
    summary: spec.summary,
    description: spec.description,
    examples: spec.examples,
    options: { ...spec.options, ...outputOptions },
    positional: spec.positional,
    notes: spec.notes,
    prepare: (raw) => {
      const values = readOptions(spec.options, raw);
      return (context) => spec.execute(values, context);
    },
  };
}
