// The instruction sets that kernels are compiled for and how, in one place: binding.gyp asks this file for `flags` and
// `defines` of a set (`node scripts/instruction-sets.mjs flags avx2`), sanitize.mjs imports it.
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

/** Flags of everything that is C++ here. */
export const commonFlags = [
  '-std=c++17',
  '-O3',
  '-fno-math-errno',
  '-fvisibility=hidden',
  '-Wall',
  '-Wextra',
  '-Wno-maybe-uninitialized',
];

const avx512 = [
  '-mavx512f',
  '-mavx512bw',
  '-mavx512dq',
  '-mavx512vl',
  '-mfma',
  '-mf16c',
  '-mprefer-vector-width=512',
];

/** Best first. `cpuFlags` are the names in /proc/cpuinfo that a processor must have. */
export const instructionSets = {
  amx: {
    flags: [...avx512, '-mavx512bf16', '-mamx-tile', '-mamx-bf16'],
    defines: ['MALMOI_ISA=amx', 'MALMOI_VECTOR_BYTES=64', 'MALMOI_AMX'],
    cpuFlags: [
      'avx512f',
      'avx512bw',
      'avx512dq',
      'avx512vl',
      'fma',
      'avx512_bf16',
      'amx_tile',
      'amx_bf16',
    ],
  },
  avx512bf16: {
    flags: [...avx512, '-mavx512bf16'],
    defines: ['MALMOI_ISA=avx512bf16', 'MALMOI_VECTOR_BYTES=64', 'MALMOI_BF16'],
    cpuFlags: ['avx512f', 'avx512bw', 'avx512dq', 'avx512vl', 'fma', 'avx512_bf16'],
  },
  avx512: {
    flags: avx512,
    defines: ['MALMOI_ISA=avx512', 'MALMOI_VECTOR_BYTES=64'],
    cpuFlags: ['avx512f', 'avx512bw', 'avx512dq', 'avx512vl', 'fma'],
  },
  avx2: {
    flags: ['-mavx2', '-mfma', '-mf16c'],
    defines: ['MALMOI_ISA=avx2', 'MALMOI_VECTOR_BYTES=32'],
    cpuFlags: ['avx2', 'fma'],
  },
  portable: {
    flags: [],
    defines: ['MALMOI_ISA=portable', 'MALMOI_VECTOR_BYTES=16'],
    cpuFlags: [],
  },
};

if (argv[1] === fileURLToPath(import.meta.url)) {
  const [kind, name] = argv.slice(2);
  const words = kind === 'common' ? commonFlags : instructionSets[name]?.[kind];
  if (words === undefined) {
    console.error(
      `instruction-sets.mjs: expected "common", "flags <set>" or "defines <set>", not "${argv.slice(2).join(' ')}"`,
    );
    process.exit(1);
  }
  for (const word of words) console.log(word);
}
