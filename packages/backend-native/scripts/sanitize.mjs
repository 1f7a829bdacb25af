// Compiles the kernels, the thread pool and native/test into a program without Node.js, under GCC's or Clang's
// sanitizers, and runs it: `node scripts/sanitize.mjs [address|thread|amx ...]`, all three by default. It needs Linux and
// a C++ compiler alone, $CXX or g++.
import { readFileSync } from 'node:fs';
import { argv, env, exit } from 'node:process';

import { buildExercises, mustRun } from './exercise-program.mjs';
import { instructionSets } from './instruction-sets.mjs';

const compiler = env.CXX ?? 'g++';

/** Memory errors and undefined behaviour are looked for in one program: compiling is what takes long. */
const addressFlags = [
  '-fsanitize=address,undefined',
  '-fno-sanitize-recover=all',
  '-fno-omit-frame-pointer',
];
/** `comparedSet` is compiled in to be compared with, and not exercised itself. */
const runs = {
  address: { folder: 'address', flags: addressFlags, sets: () => ['portable', bestSet()] },
  thread: { folder: 'thread', flags: ['-fsanitize=thread'], sets: () => [bestSet()] },
  amx: { folder: 'address', flags: addressFlags, sets: () => ['amx'], comparedSet: 'avx512bf16' },
};

/** What the sanitizers add: memory that nobody wrote to is NaN; a race ends the program. */
const sanitizerOptions = {
  ASAN_OPTIONS:
    'max_malloc_fill_size=268435456:malloc_fill_byte=255:detect_stack_use_after_return=1',
  UBSAN_OPTIONS: 'print_stacktrace=1',
  TSAN_OPTIONS: 'halt_on_error=1:second_deadlock_stack=1',
};

function has(set) {
  if (process.arch !== 'x64') return set === 'portable';
  const flags = new Set(
    /^flags\s*:(.*)$/mu.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.split(' '),
  );
  return instructionSets[set].cpuFlags.every((flag) => flags.has(flag));
}

/** The best set of this machine beside AMX, whose instructions the sanitizers do not see. */
function bestSet() {
  return Object.keys(instructionSets).find((set) => set !== 'amx' && has(set));
}

async function sanitize(name) {
  const { folder, flags, sets, comparedSet } = runs[name];
  const testedSets = [...new Set(sets())];
  console.log(`${name}: ${testedSets.join(', ')}, ${flags.join(' ')}`);
  const program = await buildExercises({
    name: `build/sanitize/exercise-${name}`,
    compiler,
    folder: `build/sanitize/${folder}`,
    flags: ['-O1', '-g1', ...flags],
    sets: testedSets,
    comparedSet,
    script: 'sanitize.mjs',
  });
  mustRun(program, [], sanitizerOptions);
}

const names = argv.length > 2 ? argv.slice(2) : Object.keys(runs);
const unknown = names.filter((name) => !(name in runs));
if (unknown.length > 0) {
  console.error(`sanitize.mjs: ${unknown.join(', ')} is none of ${Object.keys(runs).join(', ')}`);
  exit(1);
}
for (const name of names) {
  // The packing around the tiles is AVX512_BF16, which is not emulated.
  if (name === 'amx' && !has('avx512bf16')) {
    console.error('amx: not run, for it needs a processor with AVX512_BF16');
    if (argv.length > 2) exit(1);
    continue;
  }
  try {
    await sanitize(name);
  } catch (error) {
    console.error(`${name}: ${error.message}`);
    exit(1);
  }
}
