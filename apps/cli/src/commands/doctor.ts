// malmoi doctor: what this machine can do, and what to install for more.
import { type CommandContext, defineCommand } from '../command.ts';
import type { BackendFinding } from '../doctor/check-backends.ts';
import { checkMachine } from '../doctor/check-machine.ts';
import { checkPrograms } from '../doctor/check-programs.ts';
import type { Finding } from '../doctor/finding.ts';
import { decimalNumber, type OptionValues } from '../options/option-spec.ts';
import { formatTable } from '../output/format-table.ts';

const options = {
  seconds: decimalNumber({ description: 'time to measure each backend for, about' }, 1, {
    min: 0.001,
    max: 60,
  }),
};

type Values = OptionValues<typeof options>;

/** Examines the machine. */
export const doctor = defineCommand({
  name: 'doctor',
  summary: 'examine this machine and its backends',
  description:
    'Says what this machine has, which backends load, how fast they multiply matrices, why the others do not\n' +
    'load, and what mends it. The exit code is 1 when nothing can compute or something has to be mended.',
  options,
  examples: ['', '--json'],
  execute,
});

async function execute({ seconds }: Values, { output, signal }: CommandContext): Promise<number> {
  const machine = await checkMachine();
  const programs = await checkPrograms(signal);
  const { BACKEND_NAMES, checkBackend } = await import('../doctor/check-backends.ts');
  const backends: BackendFinding[] = [];
  for (const name of BACKEND_NAMES) {
    signal.throwIfAborted();
    output.progress(`measuring backend ${name}`);
    backends.push(await checkBackend(name, seconds));
    // Lets a signal be heard: computing holds up the event loop.
    await new Promise((resolve) => setImmediate(resolve));
  }
  output.endProgress();
  const findings = [...machine, ...programs, ...backends];
  const healthy = isHealthy(findings, backends);
  const fastest = backends.reduce((best, each) =>
    (each.gflops ?? 0) > (best.gflops ?? 0) ? each : best,
  );
  output.result({ healthy, findings }, () => [
    ...findingLines(findings),
    ...(fastest.gflops === undefined
      ? ['No backend loads: nothing can compute.']
      : [`Fastest here: ${fastest.name}.`]),
  ]);
  return healthy ? 0 : 1;
}

function isHealthy(findings: readonly Finding[], backends: readonly Finding[]): boolean {
  return (
    backends.some(({ status }) => status === 'ok') &&
    findings.every(({ status }) => status !== 'problem')
  );
}

/** One line for each finding, and one for what mends it. */
export function findingLines(findings: readonly Finding[]): string[] {
  const marks = { ok: 'ok', missing: '-', problem: 'PROBLEM' };
  const table = formatTable(
    findings.map(({ name, status, detail }) => [name, marks[status], detail]),
  );
  return findings.flatMap(({ fix }, i) => {
    const line = table[i] ?? '';
    return fix === undefined ? [line] : [line, `    to fix it: ${fix}`];
  });
}
