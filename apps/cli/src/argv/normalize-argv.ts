// Brings what was typed into one spelling before commander reads it: snake_case names, former names and
// aliases by the name that counts, booleans as `--flag=true`.
import type { OptionSpec, OptionTable } from '../options/option-spec.ts';

/** Arguments in one spelling. */
export interface NormalizedArgv {
  readonly args: readonly string[];
  /** How a flag was typed, by its snake_case name, for messages. */
  readonly typed: ReadonlyMap<string, string>;
  /** One sentence for each former name that was used. */
  readonly warnings: readonly string[];
}

interface KnownFlag {
  readonly name: string;
  readonly spec: OptionSpec;
  readonly isRetired: boolean;
}

/**
 * Rewrites flags; values stay as they are, even those that begin with `--`. What comes after a lone `--` is
 * left alone. Unknown flags are only put into snake_case.
 */
export function normalizeArgv(args: readonly string[], table: OptionTable): NormalizedArgv {
  const known = knownFlags(table);
  const result: string[] = [];
  const typed = new Map<string, string>();
  const warnings: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') {
      result.push(...args.slice(i));
      break;
    }
    if (!arg.startsWith('--')) {
      result.push(arg);
      continue;
    }
    const equals = arg.indexOf('=');
    const flag = equals < 0 ? arg : arg.slice(0, equals);
    const given = equals < 0 ? undefined : arg.slice(equals + 1);
    const name = flag.slice(2).replaceAll('-', '_');
    const [found, negated] = findFlag(name, known);
    typed.set(found?.name ?? name, flag);
    if (found?.isRetired === true) {
      warnings.push(`${flag} is the former name of --${found.name}; use that one.`);
    }
    if (found?.spec.kind === 'flag') {
      const next = given ?? (isBoolean(args[i + 1]) ? args[++i] : undefined);
      result.push(`--${found.name}=${booleanText(next ?? 'true', negated)}`);
      continue;
    }
    result.push(`--${found?.name ?? name}${given === undefined ? '' : `=${given}`}`);
    const takesNext = found !== undefined && given === undefined && i + 1 < args.length;
    if (takesNext) result.push(args[++i] ?? '');
  }
  return { args: result, typed, warnings };
}

function knownFlags(table: OptionTable): Map<string, KnownFlag> {
  const known = new Map<string, KnownFlag>();
  for (const [name, spec] of Object.entries(table)) {
    for (const alias of [name, ...spec.aliases]) known.set(alias, { name, spec, isRetired: false });
    for (const old of spec.retired) known.set(old, { name, spec, isRetired: true });
  }
  return known;
}

/** The flag of a name, and whether the name says no to it. */
function findFlag(
  name: string,
  known: ReadonlyMap<string, KnownFlag>,
): [KnownFlag | undefined, boolean] {
  const found = known.get(name);
  if (found !== undefined || !name.startsWith('no_')) return [found, false];
  const denied = known.get(name.slice('no_'.length));
  return denied?.spec.kind === 'flag' ? [denied, true] : [undefined, false];
}

function isBoolean(word: string | undefined): word is string {
  return word !== undefined && /^(?:true|false)$/i.test(word);
}

function booleanText(word: string, negated: boolean): string {
  if (!negated || !isBoolean(word)) return word;
  return word.toLowerCase() === 'true' ? 'false' : 'true';
}
