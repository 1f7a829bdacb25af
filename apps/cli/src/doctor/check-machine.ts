// The machine: Node.js, memory, processor and its instruction sets.
import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';

import { formatBytes } from '../output/format-number.ts';
import type { Finding } from './finding.ts';

/** The oldest Node.js that the packages are tested with. */
const OLDEST_NODE = [20, 19] as const;
/** A small model trains in this. */
const LEAST_MEMORY = 2e9;

/** Instruction sets that matter for matrix products, as /proc/cpuinfo names them. */
const INSTRUCTION_SETS = new Map([
  ['avx2', 'AVX2'],
  ['fma', 'FMA'],
  ['avx512f', 'AVX-512'],
  ['avx512_vnni', 'AVX-512 VNNI'],
  ['avx512_bf16', 'AVX-512 BF16'],
  ['amx_tile', 'AMX'],
  ['amx_bf16', 'AMX BF16'],
  ['amx_int8', 'AMX INT8'],
  ['asimd', 'NEON'],
  ['sve', 'SVE'],
]);

/** What is to be known of the machine. */
export async function checkMachine(): Promise<Finding[]> {
  return [checkNode(process.versions.node), checkMemory(), await checkProcessor()];
}

/** Whether a version of Node.js is new enough. */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  const detail = `${version} on ${process.platform} ${process.arch}`;
  if (!isOld) return { name: 'Node.js', status: 'ok', detail };
  const fix = `install Node.js ${OLDEST_NODE.join('.')} or newer: https://nodejs.org`;
  return { name: 'Node.js', status: 'problem', detail, fix };
}

function checkMemory(): Finding {
  // A container may have less than the machine; 0 and huge numbers mean that it has no limit.
  const limit = process.constrainedMemory();
  const total = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  const detail = `${formatBytes(total)}, ${formatBytes(Math.min(total, freemem()))} free`;
  if (total >= LEAST_MEMORY) return { name: 'memory', status: 'ok', detail };
  const fix = 'train on a machine, or in a container, with 2 GB or more';
  return { name: 'memory', status: 'problem', detail, fix };
}

async function checkProcessor(): Promise<Finding> {
  const [first] = cpus();
  const sets = await instructionSets();
  const known = sets === undefined ? 'instruction sets unknown' : sets.join(', ') || 'no SIMD';
  const detail = `${availableParallelism()} cores of ${first?.model.trim() ?? 'an unknown processor'}: ${known}`;
  return { name: 'processor', status: 'ok', detail };
}

/** Undefined where the system does not tell. */
async function instructionSets(): Promise<string[] | undefined> {
  const text = await readFile('/proc/cpuinfo', 'utf8').catch(() => undefined);
  return text === undefined ? undefined : parseInstructionSets(text);
}

/** The instruction sets in the text of /proc/cpuinfo. */
export function parseInstructionSets(cpuinfo: string): string[] {
  const line = cpuinfo.split('\n').find((each) => /^(?:flags|Features)\s*:/.test(each)) ?? '';
  const flags = new Set(line.slice(line.indexOf(':') + 1).split(' '));
  return [...INSTRUCTION_SETS].flatMap(([flag, name]) => (flags.has(flag) ? [name] : []));
}
