// Compiles the kernels, the thread pool and native/test for arm64 on another processor and runs them in QEMU's user-mode
// emulation; before that, it reads in the disassembly that the micro-kernel of the matrix product keeps to the registers:
// `node scripts/cross-test.mjs`. It needs Linux and Debian's packages below; the emulation takes minutes.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { buildExercises, mustRun } from './exercise-program.mjs';

const compiler = 'aarch64-linux-gnu-g++';
const disassembler = 'aarch64-linux-gnu-objdump';
const emulator = 'qemu-aarch64';
/** Where libc6-arm64-cross puts the C library, which comes with the compiler. */
const libraries = '/usr/aarch64-linux-gnu';

/** Which package of Debian and Ubuntu has what is needed. */
const packages = {
  [compiler]: 'g++-aarch64-linux-gnu',
  [disassembler]: 'binutils-aarch64-linux-gnu',
  [emulator]: 'qemu-user',
};

const folder = 'build/cross/arm64';
const matrixKernels = fileURLToPath(new URL(`../${folder}/portable/matrix.o`, import.meta.url));

/** The multiply-adds of a step of the micro-kernel: FloatEngine's kRows times kVectors on arm64. */
const multiplyAdds = 24;

/** Loops without a branch within, as lists of instructions, from the disassembly of an object. */
function straightLoops(listing) {
  const loops = [];
  let block = [];
  for (const line of listing.split('\n')) {
    const [, address, instruction] = /^\s*([0-9a-f]+):\s+(.*)$/u.exec(line) ?? [];
    if (instruction === undefined) {
      block = [];
      continue;
    }
    block.push({ address, instruction });
    const [, target] = /^b\S*\s+([0-9a-f]+) /u.exec(instruction) ?? [];
    if (target === undefined) continue;
    const first = block.findIndex((each) => each.address === target);
    if (first >= 0) loops.push(block.slice(first).map((each) => each.instruction));
    block = [];
  }
  return loops;
}

/** Fails unless every copy of the micro-kernel multiplies by lanes of registers and leaves the stack alone. */
function checkMicroKernel() {
  const args = ['-d', '--no-show-raw-insn', matrixKernels];
  const { stdout } = spawnSync(disassembler, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  const byLane = /^fmla\s+v\d+\.4s, v\d+\.4s, v\d+\.s\[/u;
  const count = (loop, pattern) => loop.filter((each) => pattern.test(each)).length;
  const loops = straightLoops(stdout).filter((loop) => count(loop, byLane) === multiplyAdds);
  if (loops.length === 0)
    throw new Error(`no loop of ${multiplyAdds} multiply-adds by lanes in ${matrixKernels}`);
  const spilling = loops.find((loop) => count(loop, /\[sp/u) > 0);
  if (spilling !== undefined)
    throw new Error(`the micro-kernel spills registers:\n  ${spilling.join('\n  ')}`);
  const lengths = [...new Set(loops.map(({ length }) => length))].join(' or ');
  console.log(
    `  micro-kernel: ${multiplyAdds} of ${lengths} instructions multiply and add, none is for the stack`,
  );
}

const missing = Object.keys(packages).filter(
  (command) => spawnSync(command, ['--version']).error !== undefined,
);
if (missing.length > 0) {
  const names = missing.map((command) => packages[command]).join(' ');
  console.error(
    `cross-test.mjs: there is no ${missing.join(', no ')}. On Debian and Ubuntu: apt-get install ${names}`,
  );
  process.exit(1);
}
console.log(`arm64: portable, on ${process.arch} by ${emulator}`);
try {
  const program = await buildExercises({
    name: `${folder}/exercise`,
    compiler,
    folder,
    flags: ['-g1'],
    sets: ['portable'],
    script: 'cross-test.mjs',
  });
  checkMicroKernel();
  mustRun(emulator, ['-L', libraries, program]);
} catch (error) {
  console.error(`arm64: ${error.message}`);
  process.exit(1);
}
