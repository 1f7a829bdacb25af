// Checks everything a command was told before it begins, and names every flag that cannot be.
import { UsageError } from '../errors/usage-error.ts';
import { camelCase, type OptionSpec, type OptionTable, type OptionValues } from './option-spec.ts';

/** How much of a wrong value is shown. */
const SHOWN_CHARACTERS = 80;

/**
 * From what was typed, by flag, to checked values.
 *
 * @param raw strings and lists of strings by snake_case name; absent where nothing was typed
 * @throws UsageError that lists every flag with a value that cannot be, and every one that is missing
 */
export function readOptions<Table extends OptionTable>(
  table: Table,
  raw: Readonly<Record<string, unknown>>,
): OptionValues<Table> {
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, spec] of Object.entries(table)) {
    const given = Object.hasOwn(raw, name) ? raw[name] : undefined;
    const result = spec.schema.safeParse(given);
    if (result.success) values[camelCase(name)] = result.data;
    else problems.push(problemOf(name, spec, given));
  }
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  // Every name of the table has been filled in by its own schema.
  return values as OptionValues<Table>;
}

function problemOf(name: string, { expected }: OptionSpec, given: unknown): string {
  if (given === undefined) return `--${name} is missing: expected ${expected}.`;
  const shown = JSON.stringify(given);
  const cut = shown.length > SHOWN_CHARACTERS ? `${shown.slice(0, SHOWN_CHARACTERS)}…` : shown;
  return `--${name} is ${cut}: expected ${expected}.`;
}
