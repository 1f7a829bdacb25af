// One run of the command, from arguments to an exit code. Nothing here ends the process or touches its state,
// so that tests, and programs, can call it.
import { CommanderError } from 'commander';

import { configFileOf, readConfigFile } from './argv/config-file.ts';
import { normalizeArgv } from './argv/normalize-argv.ts';
import { suggestFlag } from './argv/suggest-flag.ts';
import type { Command } from './command.ts';
import { commands } from './command-list.ts';
import { InterruptedError } from './errors/interrupted-error.ts';
import { UsageError } from './errors/usage-error.ts';
import { resolveIo, type ResolvedIo, type RunIo } from './io.ts';
import { outputOptions } from './options/common-options.ts';
import type { OptionTable } from './options/option-spec.ts';
import { readOptions } from './options/read-options.ts';
import { Output, type OutputOptions } from './output/output.ts';
import { StdoutGuard } from './output/stdout-guard.ts';
import { createProgram, hasPrintedHelp } from './program.ts';

const SUCCESS = 0;
const FAILURE = 1;
const USAGE = 2;

const SILENT_DEFAULTS: OutputOptions = { quiet: false, json: false, verbose: false };

/**
 * Runs `malmoi` with arguments.
 *
 * @param argv what follows `malmoi` on the command line
 * @returns the exit code: 0, 1 failure, 2 usage, 130 or 143 when `io.signal` was aborted with the
 *   InterruptedError of SIGINT or SIGTERM. Does not throw for what a user can cause.
 */
export async function run(argv: readonly string[], io: RunIo = {}): Promise<number> {
  const resolved = resolveIo(io);
  const guard = new StdoutGuard(resolved.stdout, resolved.stderr, resolved.signal);
  const state = { output: new Output(resolved, SILENT_DEFAULTS) };
  let code: number;
  try {
    code = await dispatch(argv, resolved, guard, (output) => (state.output = output));
    await guard.flush();
  } catch (error) {
    code = await exitCodeOf(error, argv, state.output, guard);
  } finally {
    guard.release();
  }
  return code;
}

async function dispatch(
  argv: readonly string[],
  io: ResolvedIo,
  guard: StdoutGuard,
  onOutput: (output: Output) => void,
): Promise<number> {
  let exitCode: number | undefined;
  const { args, spelling, warnings } = await understand(argv);
  const program = createProgram(
    commands,
    async (command, raw) => {
      const output = new Output(io, readOptions(outputOptions, raw));
      onOutput(output);
      warnings.forEach(output.warn);
      const work = command.prepare(raw);
      const { stdin, env } = io;
      exitCode = await work({ output, stdin, env, signal: guard.signal });
    },
    { write: (text) => io.stdout.write(text), columns: io.stdout.columns ?? 100 },
  );
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (hasPrintedHelp(error)) return SUCCESS;
    if (args.length === 0) {
      io.stderr.write(program.helpInformation());
      return USAGE;
    }
    throw new UsageError(spelling(error.message.replace(/^error: /, '')), { cause: error });
  }
  return exitCode ?? SUCCESS;
}

/** Arguments as commander shall read them, and how to write a flag as the user did. */
async function understand(argv: readonly string[]): Promise<{
  args: readonly string[];
  spelling: (message: string) => string;
  warnings: readonly string[];
}> {
  const at = argv.findIndex((arg) => !arg.startsWith('-'));
  const command = commands.find(({ name }) => name === argv[at]);
  if (command === undefined) {
    return { args: argv, spelling: (message) => message, warnings: [] };
  }
  // Flags before the command belong to it, too: malmoi --json inspect FILE.
  const own = [...argv.slice(0, at), ...argv.slice(at + 1)];
  const given = await withConfiguration(command, own);
  const { args, typed, warnings } = normalizeArgv(given, command.options);
  return {
    args: [command.name, ...args],
    spelling: (message) => asTyped(message, typed, command.options),
    warnings,
  };
}

async function withConfiguration(command: Command, args: readonly string[]): Promise<string[]> {
  const file = command.positional === undefined ? configFileOf(args) : undefined;
  if (file === undefined) return [...args];
  return [...(await readConfigFile(file)), ...args.filter((arg) => arg !== file)];
}

/** Puts the unknown flag of a message into the user's own spelling, and a suggestion beside it. */
function asTyped(
  message: string,
  typed: ReadonlyMap<string, string>,
  options: OptionTable,
): string {
  const flag = /unknown option '--([^'=]+)/.exec(message)?.[1];
  if (flag === undefined) return message;
  const original = typed.get(flag) ?? `--${flag}`;
  return message.replace(`--${flag}`, original) + suggestFlag(original, options);
}

async function exitCodeOf(
  error: unknown,
  argv: readonly string[],
  output: Output,
  guard: StdoutGuard,
): Promise<number> {
  output.endProgress();
  const { failure } = guard;
  // Whoever read the output has seen enough (`malmoi inspect ... | head`).
  if (failure?.code === 'EPIPE') return SUCCESS;
  if (failure !== undefined) {
    output.error(`standard output cannot be written (${failure.code ?? failure.message}).`);
    return FAILURE;
  }
  const { reason } = guard.signal as { reason: unknown };
  if (guard.signal.aborted && reason instanceof InterruptedError) {
    output.error(reason.message);
    return reason.exitCode;
  }
  if (error instanceof UsageError) {
    output.error(error.message);
    const command = commands.find(({ name }) => argv.includes(name));
    output.info(`See malmoi ${command === undefined ? '' : `${command.name} `}--help.`);
    return USAGE;
  }
  const { describeError } = await import('./errors/describe-error.ts');
  const { message, expected, stack } = describeError(error);
  output.error(message);
  if (output.options.verbose && stack !== undefined) output.detail(stack);
  else if (!expected)
    output.info('This should not happen. Run again with --verbose and report it.');
  return FAILURE;
}
