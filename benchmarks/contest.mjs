// Runs contestants in turn, each measurement in a process of its own, and puts their figures side by side.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Exit status of a measurement whose engine is not installed; it prints the reason. */
export const UNAVAILABLE = 3;

/** Flags of every contest, for parseArgs. */
export const contestFlags = {
  rounds: { type: 'string', default: '3' },
  threads: { type: 'string', default: String(availableParallelism()) },
};

/**
 * Measures every contestant once in each round: ours, peer, ours, peer, ...
 * One whose engine is not installed, or that fails, is said and left out.
 *
 * @param {{ name: string, command: string[], settings: object }[]} contestants a command gets its settings as its
 *   last argument, in JSON, and prints one line of JSON.
 * @returns {Promise<{ name: string, results: object[] }[]>}
 */
export async function runContest(contestants, rounds) {
  let present = contestants.map((contestant) => ({ ...contestant, results: [] }));
  for (let round = 0; round < rounds; round++) {
    for (const contestant of present) {
      const result = await measure(contestant);
      if (result !== undefined) contestant.results.push(result);
    }
    present = present.filter(({ results }) => results.length > round);
  }
  return present;
}

async function measure({ name, command, settings, env = {} }) {
  const [program, ...args] = command;
  const options = { maxBuffer: 1 << 26, env: { ...process.env, ...env } };
  try {
    const { stdout } = await run(program, [...args, JSON.stringify(settings)], options);
    return JSON.parse(stdout.trim().split('\n').at(-1));
  } catch (error) {
    if (error.code === 'ENOENT') console.log(`${name} is left out: ${program} does not run.`);
    else if (error.code === UNAVAILABLE) console.log(`${name} is left out: ${error.stdout.trim()}`);
    else {
      // The others are still worth their minutes.
      console.log(`${name} FAILED and is left out: ${error.message}`);
      process.exitCode = 1;
    }
    return undefined;
  }
}

/** Median and minimum of all samples of all rounds. */
export function summarize(samples) {
  const sorted = samples.flat().toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)], minimum: sorted[0] };
}

/** Processor, cores and versions, for the record. */
export function machineLine() {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `${model}, ${availableParallelism()} cores; Node.js ${process.versions.node}`;
}

/** The same, with what was asked for in `contestFlags`. */
export function contestLine({ rounds, threads }) {
  return `${machineLine()}; ${threads} threads, ${rounds} rounds in turn`;
}

/** A figure with about three digits. */
export function shown(value) {
  return value.toFixed(value < 1 ? 3 : value < 100 ? 1 : 0);
}

/** Refuses a name that is not known. */
export function checkNames(flag, names, known) {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new Error(`${flag}: "${unknown}" is none of ${known.join('; ')}`);
}

/** Refuses to begin before the packages are built. */
export function requireBuild() {
  if (existsSync(new URL('../packages/trainer/dist/index.js', import.meta.url))) return;
  throw new Error('Build first: npx nx run-many -t build -p trainer backend-native');
}
