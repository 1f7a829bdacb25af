// Compiles the kernels, the thread pool and native/test into a program without Node.js, for sanitize.mjs and
// cross-test.mjs. Objects stay in build/, so that a second run compiles what has changed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';

import { commonFlags, instructionSets } from './instruction-sets.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

function sourcesIn(folder) {
  const names = readdirSync(join(root, 'native', folder)).sort();
  return names.filter((name) => name.endsWith('.cc')).map((name) => `native/${folder}/${name}`);
}

/** The tables that exercise_kernels.cc is to exercise, and the one to compare them with. */
function testedTables({ sets, comparedSet }) {
  const table = (set) => `malmoi::${set}::kernels()`;
  const tested = `-DMALMOI_TESTED_SETS=${sets.map(table).join(',')}`;
  return comparedSet === undefined
    ? [tested]
    : [tested, `-DMALMOI_COMPARED_SET=${table(comparedSet)}`];
}

/** Source files, each with its own flags and its object. */
function unitsOf(program) {
  const { sets, comparedSet } = program;
  const compiledSets = comparedSet === undefined ? sets : [...sets, comparedSet];
  const unit = (source, set, flags) => ({
    source,
    flags: [...commonFlags, '-Inative', ...program.flags, ...flags],
    object: join(program.folder, set, `${basename(source, '.cc')}.o`),
  });
  const units = sourcesIn('core').map((source) => unit(source, 'core', []));
  for (const source of sourcesIn('test')) {
    if (basename(source) === 'exercise_kernels.cc')
      units.push(unit(source, `test-${compiledSets.join('-')}`, testedTables(program)));
    else units.push(unit(source, 'test', []));
  }
  for (const set of compiledSets) {
    const { flags, defines } = instructionSets[set];
    const emulation = set === 'amx' ? ['-DMALMOI_EMULATE_AMX'] : [];
    const all = [...flags, ...defines.map((define) => `-D${define}`), ...emulation];
    for (const source of sourcesIn('kernels')) units.push(unit(source, set, all));
  }
  return units;
}

/** True where the object is newer than all that its last compilation read, and than `recipe`, the scripts. */
function isFresh({ object }, recipe) {
  const list = join(root, object.replace(/\.o$/u, '.d'));
  if (!existsSync(join(root, object)) || !existsSync(list)) return false;
  const built = statSync(join(root, object)).mtimeMs;
  const files = readFileSync(list, 'utf8')
    .replace(/^[^:]*:/u, '')
    .split(/[\s\\]+/u)
    .filter((file) => file !== '');
  return [...files, ...recipe].every(
    (file) => existsSync(join(root, file)) && statSync(join(root, file)).mtimeMs < built,
  );
}

function compile(compiler, { source, flags, object }) {
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

async function compileAll(compiler, units, recipe) {
  const waiting = units.filter((unit) => !isFresh(unit, recipe));
  console.log(`  ${waiting.length} of ${units.length} files to compile`);
  const work = async () => {
    for (let unit = waiting.shift(); unit !== undefined; unit = waiting.shift())
      await compile(compiler, unit);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
}

/** Runs a program in the package's folder to its end; its output is the user's to read. */
export function mustRun(command, args, environment = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...environment, ...env },
  });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0)
    throw new Error(`${command} failed (${result.signal ?? `exit code ${result.status}`})`);
}

/**
 * Compiles and links `program` and returns its path.
 *
 * @param {object} program
 * @param {string} program.name where it goes, in the package's folder.
 * @param {string} program.compiler
 * @param {string} program.folder where its objects go; programs with the same compiler and flags may share it.
 * @param {string[]} program.flags of the compiler and the linker, beside those of every kernel.
 * @param {string[]} program.sets kernels that are exercised.
 * @param {string} [program.comparedSet] kernels that these are compared with.
 * @param {string} program.script the script that the flags are from.
 */
export async function buildExercises(program) {
  const units = unitsOf(program);
  const recipe = ['instruction-sets.mjs', 'exercise-program.mjs', program.script];
  await compileAll(
    program.compiler,
    units,
    recipe.map((script) => `scripts/${script}`),
  );
  const objects = units.map(({ object }) => object);
  mustRun(program.compiler, [...program.flags, ...objects, '-o', program.name, '-lpthread']);
  return join(root, program.name);
}
