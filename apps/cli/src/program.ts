// The command line in commander's terms: one subcommand for each command, with its help.
import { readFileSync } from 'node:fs';

import { Command as CommanderCommand, type CommanderError, Option } from 'commander';

import type { Command } from './command.ts';
import type { OptionSpec } from './options/option-spec.ts';

/** Called with the command that was chosen and what was typed, by flag. */
export type OnCommand = (
  command: Command,
  raw: Readonly<Record<string, unknown>>,
) => Promise<void> | void;

/** Where commander writes help, and how wide. */
export interface HelpOutput {
  readonly write: (text: string) => void;
  readonly columns: number;
}

/** Builds the program. Parsing throws CommanderError instead of ending the process. */
export function createProgram(
  commands: readonly Command[],
  onCommand: OnCommand,
  { write, columns }: HelpOutput,
): CommanderCommand {
  const program = new CommanderCommand('malmoi')
    .description(
      'Trains BERT from nothing: learns vocabularies, prepares corpora, pretrains, evaluates, fills blanks.',
    )
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', generalHelp(commands));
  const shared = (each: CommanderCommand): CommanderCommand =>
    each.exitOverride().configureOutput({
      writeOut: write,
      // Help after a mistake, and messages: run.ts prints what it wants of them.
      writeErr: () => undefined,
      getOutHelpWidth: () => columns,
      getOutHasColors: () => false,
    });
  shared(program);
  for (const command of commands) {
    program.addCommand(shared(createSubcommand(command, onCommand)), {});
  }
  return program;
}

/** The version in this package's package.json. */
function packageVersion(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

function createSubcommand(command: Command, onCommand: OnCommand): CommanderCommand {
  const { name, summary, description, options, positional, notes, examples } = command;
  const subcommand = new CommanderCommand(name)
    .summary(summary)
    .description(description)
    .helpOption('-h, --help', 'print this help')
    // run.ts suggests flags, since it knows their other names, too.
    .showSuggestionAfterError(false)
    .addHelpText('after', [...noteLines(notes), exampleText(name, examples)].join('\n'));
  for (const [option, spec] of Object.entries(options)) {
    if (option !== positional) subcommand.addOption(commanderOption(option, spec));
  }
  if (positional !== undefined) {
    subcommand.argument(`<${positional}>`, options[positional]?.description ?? '');
    subcommand.action((value: string, raw: Record<string, unknown>) =>
      onCommand(command, { ...raw, [positional]: value }),
    );
  } else {
    subcommand.action((raw: Record<string, unknown>) => onCommand(command, raw));
  }
  return subcommand;
}

function commanderOption(name: string, spec: OptionSpec): Option {
  const { kind, placeholder, description, group } = spec;
  const argument = {
    value: ` <${placeholder}>`,
    values: ` <${placeholder}...>`,
    // Always typed as --flag=true once it is normalized; help shows the flag alone.
    flag: ' [boolean]',
  }[kind];
  const option = new Option(`--${name}${argument}`, description);
  return group === undefined ? option : option.helpGroup(group);
}

function noteLines(notes: Command['notes']): string[] {
  return notes === undefined ? [] : ['', notes.heading, ...notes.lines.map((line) => `  ${line}`)];
}

function exampleText(name: string, examples: readonly string[]): string {
  const lines = examples.map((example) => `  malmoi ${name} ${example}`.trimEnd());
  return ['', examples.length === 1 ? 'Example:' : 'Examples:', ...lines].join('\n');
}

function generalHelp(commands: readonly Command[]): string {
  const [first] = commands;
  return [
    '',
    'Flags are written with _ or with -, a JSON file as the only argument is a whole configuration.',
    'Exit codes: 0 done, 1 failed, 2 cannot be understood, 130 and 143 stopped by SIGINT and SIGTERM.',
    '',
    'Examples:',
    `  malmoi ${first?.name ?? ''} --help`,
    ...commands.map(({ name, examples }) => `  malmoi ${name} ${examples[0] ?? ''}`.trimEnd()),
  ].join('\n');
}

/** Whether commander ended because it had printed help or the version. */
export function hasPrintedHelp({ code }: CommanderError): boolean {
  return ['commander.helpDisplayed', 'commander.version'].includes(code);
}
