// What stands around the backends: a compiler for the native one, a driver and CUDA for the GPU.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import type { Finding } from './finding.ts';

const TIMEOUT_MILLISECONDS = 10_000;
const COMPILERS = ['c++', 'g++', 'clang++'];

/** Runs a program and returns what it prints; undefined when it is not there or fails. */
export type ProgramRunner = (
  program: string,
  args: readonly string[],
  signal: AbortSignal,
) => Promise<string | undefined>;

/** Runs programs of this machine. */
const runProgram: ProgramRunner = async (program, args, signal) => {
  try {
    const options = { timeout: TIMEOUT_MILLISECONDS, signal };
    const { stdout } = await promisify(execFile)(program, args, options);
    return stdout.trim();
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
};

/** Looks for a compiler, a GPU driver and CUDA. */
export async function checkPrograms(
  signal: AbortSignal,
  run: ProgramRunner = runProgram,
): Promise<Finding[]> {
  return [await checkCompiler(signal, run), ...(await checkGpu(signal, run))];
}

async function checkCompiler(signal: AbortSignal, run: ProgramRunner): Promise<Finding> {
  for (const compiler of COMPILERS) {
    const version = await run(compiler, ['--version'], signal);
    if (version !== undefined) {
      const [first = ''] = version.split('\n');
      return { name: 'compiler', status: 'ok', detail: `${compiler}: ${first}` };
    }
  }
  return {
    name: 'compiler',
    status: 'missing',
    detail: 'no C++ compiler; the native backend is compiled when it is installed',
    fix: 'apt-get install build-essential (Debian, Ubuntu), xcode-select --install (macOS)',
  };
}

async function checkGpu(signal: AbortSignal, run: ProgramRunner): Promise<Finding[]> {
  const query = ['--query-gpu=name,driver_version,memory.total', '--format=csv,noheader'];
  const gpus = await run('nvidia-smi', query, signal);
  if (gpus === undefined || gpus === '') {
    const detail = 'no NVIDIA driver (nvidia-smi does not answer); training runs on the processor';
    return [{ name: 'GPU', status: 'missing', detail }];
  }
  const gpu: Finding = { name: 'GPU', status: 'ok', detail: gpus.split('\n').join('; ') };
  const libraries = await run('ldconfig', ['-p'], signal);
  const cuda = /libcudart\.so[.\d]*/.exec(libraries ?? '')?.[0];
  const cudnn = /libcudnn\.so[.\d]*/.exec(libraries ?? '')?.[0];
  return [gpu, library('CUDA', cuda, '11.2'), library('cuDNN', cudnn, '8.1')];
}

/** What tfjs-node-gpu 4.22 was built with is what it needs. */
function library(name: string, found: string | undefined, needed: string): Finding {
  if (found !== undefined) return { name, status: 'ok', detail: found };
  return {
    name,
    status: 'missing',
    detail: `the library of ${name} is not among those that the system loads (ldconfig -p)`,
    fix: `install ${name} ${needed}, which @tensorflow/tfjs-node-gpu 4.22 needs`,
  };
}
