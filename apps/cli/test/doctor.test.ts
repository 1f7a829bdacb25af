// malmoi doctor: its checks one by one, and the command on this machine.
import { describe, expect, test } from '@jest/globals';

import { findingLines } from '../src/commands/doctor.ts';
import { checkNode, parseInstructionSets } from '../src/doctor/check-machine.ts';
import { checkPrograms, type ProgramRunner } from '../src/doctor/check-programs.ts';
import { InterruptedError } from '../src/index.ts';
import { jsonLines, runCommand } from './support/run-command.ts';

/** A machine with these programs only. */
const machineWith =
  (programs: Record<string, string>): ProgramRunner =>
  (program) =>
    Promise.resolve(programs[program]);

const { signal } = new AbortController();

describe('checks', () => {
  test.each([
    ['20.18.3', 'problem'],
    ['20.19.0', 'ok'],
    ['18.20.0', 'problem'],
    ['22.0.0', 'ok'],
  ])('Node.js %s: %s', (version, status) => {
    expect(checkNode(version).status).toBe(status);
  });

  test('instruction sets are read from /proc/cpuinfo', () => {
    const x86 = 'processor : 0\nflags\t\t: fpu avx2 fma avx512f amx_tile amx_bf16\n';
    expect(parseInstructionSets(x86)).toEqual(['AVX2', 'FMA', 'AVX-512', 'AMX', 'AMX BF16']);
    expect(parseInstructionSets('Features\t: fp asimd sve\n')).toEqual(['NEON', 'SVE']);
    expect(parseInstructionSets('')).toEqual([]);
  });

  test('a machine without compiler and GPU is told what to install', async () => {
    const findings = await checkPrograms(signal, machineWith({}));
    expect(findings.map(({ name, status }) => [name, status])).toEqual([
      ['compiler', 'missing'],
      ['GPU', 'missing'],
    ]);
    expect(findings[0]?.fix).toContain('apt-get install build-essential');
  });

  test('a GPU without CUDA is told which one', async () => {
    const programs = {
      'g++': 'g++ 12\nmore',
      'nvidia-smi': 'H200, 570, 143771 MiB',
      ldconfig: '\tlibcudnn.so.8 (libc6,x86-64) => /usr/lib/libcudnn.so.8',
    };
    const findings = await checkPrograms(signal, machineWith(programs));
    expect(findings).toMatchObject([
      { name: 'compiler', status: 'ok', detail: 'g++: g++ 12' },
      { name: 'GPU', status: 'ok', detail: 'H200, 570, 143771 MiB' },
      { name: 'CUDA', status: 'missing' },
      { name: 'cuDNN', status: 'ok', detail: 'libcudnn.so.8' },
    ]);
    expect(findings[2]?.fix).toContain('CUDA 11.2');
  });

  test('every remedy stands below its finding', () => {
    const lines = findingLines([
      { name: 'a', status: 'ok', detail: 'x' },
      { name: 'bc', status: 'missing', detail: 'y', fix: 'do z' },
    ]);
    expect(lines).toEqual(['a   ok  x', 'bc  -   y', '    to fix it: do z']);
  });
});

describe('malmoi doctor', () => {
  test('measures what loads and says why the others do not', async () => {
    const ran = await runCommand(['doctor', '--json', '--seconds', '0.01']);
    const [report] = jsonLines(ran.stdout) as [
      {
        healthy: boolean;
        findings: { name: string; status: string; gflops?: number; fix?: string }[];
      },
    ];
    expect(ran.code).toBe(report.healthy ? 0 : 1);
    const backends = report.findings.filter(({ name }) => name.startsWith('backend '));
    expect(backends.map(({ name }) => name)).toEqual(
      ['native', 'tensorflow', 'wasm', 'cpu'].map((name) => `backend ${name}`),
    );
    for (const { status, gflops, fix } of backends) {
      expect(status === 'ok' ? (gflops ?? 0) > 0 : (fix ?? '') !== '').toBe(true);
    }
    expect(backends.find(({ name }) => name === 'backend cpu')?.status).toBe('ok');
  });

  test('can be stopped', async () => {
    const controller = new AbortController();
    controller.abort(new InterruptedError('SIGINT'));
    const ran = await runCommand(['doctor'], { signal: controller.signal });
    expect(ran.code).toBe(130);
  });
});
