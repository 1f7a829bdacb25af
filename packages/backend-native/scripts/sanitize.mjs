// Compiles the kernels, the thread pool and native/test into a program without Node.js, under GCC's or Clang's
// sanitizers, and runs it: `node scripts/sanitize.mjs [address|thread|amx ...]`, all three by default. It needs Linux and
// a C++ compiler alone, $CXX or g++. Objects stay in build/sanitize, so that a second run compiles what has changed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { argv, env, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

import { commonFlags, instructionSets } from './instruction-sets.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
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

function sourcesIn(folder) {
  const names = readdirSync(join(root, 'native', folder)).sort();
  return names.filter((name) => name.endsWith('.cc')).map((name) => `native/${folder}/${name}`);
}

/** The tables that exercise_kernels.cc is to exercise, and the one to compare them with. */
function testedTables({ comparedSet }, testedSets) {
  const table = (set) => `malmoi::${set}::kernels()`;
  const tested = `-DMALMOI_TESTED_SETS=${testedSets.map(table).join(',')}`;
  return comparedSet === undefined
    ? [tested]
    : [tested, `-DMALMOI_COMPARED_SET=${table(comparedSet)}`];
}

/** Source files, each with its own flags and its object. */
function unitsOf(run, testedSets) {
  const sets = run.comparedSet === undefined ? testedSets : [...testedSets, run.comparedSet];
  const folder = join('build/sanitize', run.folder);
  const unit = (source, set, flags) => ({
    source,
    flags: [...commonFlags, '-O1', '-g1', '-Inative', ...run.flags, ...flags],
    object: join(folder, set, `${basename(source, '.cc')}.o`),
  });
  const units = sourcesIn('core').map((source) => unit(source, 'core', []));
  for (const source of sourcesIn('test')) {
    if (basename(source) === 'exercise_kernels.cc')
      units.push(unit(source, `test-${sets.join('-')}`, testedTables(run, testedSets)));
    else units.push(unit(source, 'test', []));
  }
  for (const set of sets) {
    const { flags, defines } = instructionSets[set];
    const emulation = set === 'amx' ? ['-DMALMOI_EMULATE_AMX'] : [];
    const all = [...flags, ...defines.map((define) => `-D${define}`), ...emulation];
    for (const source of sourcesIn('kernels')) units.push(unit(source, set, all));
  }
  return units;
}

/** True where the object is newer than all that its last compilation read. */
function isFresh({ object }) {
  const list = join(root, object.replace(/\.o$/u, '.d'));
  if (!existsSync(join(root, object)) || !existsSync(list)) return false;
  const built = statSync(join(root, object)).mtimeMs;
  const files = readFileSync(list, 'utf8')
    .replace(/^[^:]*:/u, '')
    .split(/[\s\\]+/u)
    .filter((file) => file !== '');
  const recipe = ['scripts/instruction-sets.mjs', 'scripts/sanitize.mjs'];
  return [...files, ...recipe].every(
    (file) => existsSync(join(root, file)) && statSync(join(root, file)).mtimeMs < built,
  );
}

function compile({ source, flags, object }) {
  mkdirSync(dirname(join(root, object)), { recursive: true });
  return new Promise((resolve, reject) => {
    const child = spawn(compiler, [...flags, '-MMD', '-c', source, '-o', object], {
      cwd: root,
      stdio: 'inherit',
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else
        reject(
          new Error(`${compiler} could not compile ${source} for ${object} (exit code ${code})`),
        );
    });
  });
}

async function compileAll(units) {
  const waiting = units.filter((unit) => !isFresh(unit));
  console.log(`  ${waiting.length} of ${units.length} files to compile`);
  const work = async () => {
    for (let unit = waiting.shift(); unit !== undefined; unit = waiting.shift())
      await compile(unit);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
}

/** Runs a program to its end; its output is the user's to read. */
function mustRun(command, args) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...sanitizerOptions, ...env },
  });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0)
    throw new Error(`${command} failed (${result.signal ?? `exit code ${result.status}`})`);
}

async function sanitize(name) {
  const run = runs[name];
  const sets = [...new Set(run.sets())];
  console.log(`${name}: ${sets.join(', ')}, ${run.flags.join(' ')}`);
  const units = unitsOf(run, sets);
  await compileAll(units);
  const program = join('build/sanitize', `exercise-${name}`);
  mustRun(compiler, [
    ...run.flags,
    ...units.map(({ object }) => object),
    '-o',
    program,
    '-lpthread',
  ]);
  mustRun(join(root, program), []);
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
