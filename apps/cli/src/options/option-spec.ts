// What an option is: how it is written, what it may be, and what it becomes. Everything a command can be
// told is described with these, so that help, checks, JSON configurations and messages agree.
import { z } from 'zod';

/** One option of a command. */
export interface OptionSpec<Value = unknown> {
  /** `value` takes one argument, `values` one or more, `flag` none (or true or false). */
  readonly kind: 'value' | 'values' | 'flag';
  /** The argument in the help: `file`, `number`. */
  readonly placeholder: string;
  /** One line of help. */
  readonly description: string;
  /** What a value must be, for messages: "a whole number from 1 to 100". */
  readonly expected: string;
  /** From what was typed (undefined, a string, or a list of them) to the value. */
  readonly schema: z.ZodType<Value>;
  /** Other names that mean the same. */
  readonly aliases: readonly string[];
  /** Former names: still understood, with a warning. */
  readonly retired: readonly string[];
  /** Heading that it stands under in the help; the common one where there is none. */
  readonly group?: string;
}

/** Options by their snake_case name. */
export type OptionTable = Readonly<Record<string, OptionSpec>>;

/** What all options may say besides their type. */
export interface OptionTexts {
  readonly description: string;
  readonly placeholder?: string;
  readonly aliases?: readonly string[];
  readonly retired?: readonly string[];
}

type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

/** The checked values of a table of options, by their camelCase name. */
export type OptionValues<Table extends OptionTable> = {
  readonly [Name in keyof Table & string as CamelCase<Name>]: Table[Name] extends OptionSpec<
    infer Value
  >
    ? Value
    : never;
};

/** `vocab_size` -> `vocabSize`. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function option<Value>(
  kind: OptionSpec['kind'],
  texts: OptionTexts,
  { expected, schema, placeholder }: Pick<OptionSpec<Value>, 'expected' | 'schema' | 'placeholder'>,
): OptionSpec<Value> {
  return {
    kind,
    description: texts.description,
    placeholder: texts.placeholder ?? placeholder,
    expected,
    schema,
    aliases: texts.aliases ?? [],
    retired: texts.retired ?? [],
  };
}

/** The same options under a heading of their own in the help. */
export function grouped<const Table extends OptionTable>(group: string, table: Table): Table {
  const entries = Object.entries(table).map(([name, spec]) => [name, { ...spec, group }]);
  // The same names and types: only the heading is new.
  return Object.fromEntries(entries) as Table;
}

const TEXT = z.string().refine((text) => text.trim() !== '');

/** A text that must be given. */
export function text(texts: OptionTexts): OptionSpec<string> {
  const expected = `a ${texts.placeholder ?? 'text'}`;
  return option('value', texts, { expected, schema: TEXT, placeholder: 'text' });
}

/** A text that may be left out. */
export function optionalText(texts: OptionTexts): OptionSpec<string | undefined> {
  const schema = TEXT.optional();
  return option('value', texts, { expected: 'a text', schema, placeholder: 'text' });
}

/** One or more texts, which must be given. */
export function list(texts: OptionTexts): OptionSpec<string[]> {
  const schema = z.array(TEXT).min(1);
  const expected = `one ${texts.placeholder ?? 'text'} or more`;
  return option('values', texts, { expected, schema, placeholder: 'text' });
}

/** One or more texts, or none at all. */
export function optionalList(texts: OptionTexts): OptionSpec<string[] | undefined> {
  const schema = z.array(TEXT).min(1).optional();
  const expected = `one ${texts.placeholder ?? 'text'} or more`;
  return option('values', texts, { expected, schema, placeholder: 'text' });
}

/** Limits of a number, both included. */
export interface NumberRange {
  readonly min: number;
  readonly max?: number;
}

const numeral = (pattern: RegExp): z.ZodType<number> =>
  z.string().trim().regex(pattern).transform(Number).pipe(z.number());

const WHOLE = numeral(/^[+-]?\d{1,15}$/);
const DECIMAL = numeral(/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i);

function within(schema: z.ZodType<number>, { min, max = Infinity }: NumberRange) {
  return schema.refine((value) => value >= min && value <= max);
}

function rangeText({ min, max }: NumberRange): string {
  const format = (value: number): string => value.toLocaleString('en-US');
  return max === undefined ? `of at least ${format(min)}` : `from ${format(min)} to ${format(max)}`;
}

/** A whole number with a default. */
export function wholeNumber(
  texts: OptionTexts,
  initial: number,
  range: NumberRange,
): OptionSpec<number> {
  const description = `${texts.description} (default: ${initial})`;
  return option(
    'value',
    { ...texts, description },
    {
      expected: `a whole number ${rangeText(range)}`,
      schema: z.union([z.undefined().transform(() => initial), within(WHOLE, range)]),
      placeholder: 'number',
    },
  );
}

/** A whole number that may be left out; with `infinite` also `Infinity`. */
export function optionalWholeNumber(
  texts: OptionTexts,
  range: NumberRange & { readonly infinite?: boolean },
): OptionSpec<number | undefined> {
  const whole = within(WHOLE, range).optional();
  const infinite = z
    .string()
    .regex(/^(?:infinity|inf)$/i)
    .transform(() => Infinity);
  return option<number | undefined>('value', texts, {
    expected: `a whole number ${rangeText(range)}${range.infinite === true ? ', or Infinity' : ''}`,
    schema: range.infinite === true ? z.union([whole, infinite]) : whole,
    placeholder: 'number',
  });
}

/** A number with a default. */
export function decimalNumber(
  texts: OptionTexts,
  initial: number,
  range: NumberRange,
): OptionSpec<number> {
  const description = `${texts.description} (default: ${initial})`;
  return option(
    'value',
    { ...texts, description },
    {
      expected: `a number ${rangeText(range)}`,
      schema: z.union([z.undefined().transform(() => initial), within(DECIMAL, range)]),
      placeholder: 'number',
    },
  );
}

/** A number that may be left out. */
export function optionalDecimalNumber(
  texts: OptionTexts,
  range: NumberRange,
): OptionSpec<number | undefined> {
  return option('value', texts, {
    expected: `a number ${rangeText(range)}`,
    schema: within(DECIMAL, range).optional(),
    placeholder: 'number',
  });
}

/** One of several words, or nothing. */
export function optionalChoice<const Choice extends string>(
  texts: OptionTexts,
  choices: readonly Choice[],
): OptionSpec<Choice | undefined> {
  return option('value', texts, {
    expected: `one of ${choices.join(', ')}`,
    schema: z.enum(choices as [Choice, ...Choice[]]).optional(),
    placeholder: choices.join('|'),
  });
}

/** One of several words, with a default. */
export function choice<const Choice extends string>(
  texts: OptionTexts,
  initial: Choice,
  choices: readonly Choice[],
): OptionSpec<Choice> {
  const described = { ...texts, description: `${texts.description} (default: ${initial})` };
  return option<Choice>('value', described, {
    expected: `one of ${choices.join(', ')}`,
    schema: z.union([
      z.undefined().transform(() => initial),
      z.enum(choices as [Choice, ...Choice[]]),
    ]),
    placeholder: choices.join('|'),
  });
}

/** One or more of several words, with a default. */
export function choices<const Choice extends string>(
  texts: OptionTexts,
  initial: Choice,
  words: readonly Choice[],
): OptionSpec<readonly Choice[]> {
  const described = { ...texts, description: `${texts.description} (default: ${initial})` };
  return option<readonly Choice[]>('values', described, {
    expected: `one or more of ${words.join(', ')}`,
    schema: z.union([
      z.undefined().transform(() => [initial]),
      z.array(z.enum(words as [Choice, ...Choice[]])).min(1),
    ]),
    placeholder: words.join('|'),
  });
}

const BOOLEAN = z
  .string()
  .regex(/^(?:true|false)$/i)
  .transform((word) => word.toLowerCase() === 'true');

/** On or off: `--flag`, `--flag true`, `--no_flag`. */
export function flag(texts: OptionTexts, initial = false): OptionSpec<boolean> {
  return option('flag', texts, {
    expected: 'true or false',
    schema: z.union([z.undefined().transform(() => initial), BOOLEAN]),
    placeholder: 'boolean',
  });
}

/** On, off, or left to the rule that the description names. */
export function optionalFlag(texts: OptionTexts): OptionSpec<boolean | undefined> {
  const schema = BOOLEAN.optional();
  return option('flag', texts, { expected: 'true or false', schema, placeholder: 'boolean' });
}
