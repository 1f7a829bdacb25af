// Builds the native half of @tensorflow/tfjs-node against the TensorFlow of a Python environment, for machines
// on which the package's own download fails. Its C++ sources and their binding.gyp ship in the npm package; the
// libraries and headers come from the wheel, linked into the package's deps/ under the names binding.gyp expects.
// Linux, a C++ compiler, make, and:
//
//   python3 -m venv tf && tf/bin/pip install tensorflow-cpu
//   npm install --ignore-scripts @tensorflow/tfjs-node@4.22.0
//   node tools/build-tfjs-node.mjs --python tf/bin/python
//
// --package FOLDER names an installed tfjs-node or tfjs-node-gpu elsewhere, --nodedir PREFIX the headers of
// Node.js (PREFIX/include/node). Tried with TensorFlow 2.21 on Node.js 20. Exits with 1 and the reason otherwise.
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const INSTALL = 'npm install --ignore-scripts @tensorflow/tfjs-node@4.22.0';
const HEADERS = ['tensorflow/c/c_api.h', 'tensorflow/c/eager/c_api.h'];
/** File of the wheel → names it gets in deps/lib: the linker's, and its own for the loader. */
const LIBRARIES = {
  'libtensorflow_cc.so.2': ['libtensorflow.so', 'libtensorflow_cc.so.2'],
  'libtensorflow_framework.so.2': ['libtensorflow_framework.so', 'libtensorflow_framework.so.2'],
};
/** Where TensorFlow lies, without the seconds that importing it takes. */
const FIND_TENSORFLOW = `
import importlib.util, json
spec = importlib.util.find_spec("tensorflow")
print(json.dumps(list(spec.submodule_search_locations) if spec else []))
`;

/** A user's mistake or a missing part; shown without a stack. */
class BuildError extends Error {
  constructor(problem, fix) {
    super(`${problem}\nTo fix it: ${fix}`);
  }
}

/** Folder of the installed package, beside the working directory unless named. */
function findPackage(named) {
  const fromHere = createRequire(join(process.cwd(), 'package.json'));
  let folder;
  try {
    folder = resolve(named ?? dirname(fromHere.resolve('@tensorflow/tfjs-node/package.json')));
  } catch {
    throw new BuildError(`@tensorflow/tfjs-node is not installed in ${process.cwd()}.`, INSTALL);
  }
  const sources = ['package.json', 'binding.gyp', 'binding/tfjs_backend.cc'];
  const missing = sources.find((file) => !existsSync(join(folder, file)));
  if (missing === undefined) return folder;
  throw new BuildError(`${join(folder, missing)} is missing: no tfjs-node is there.`, INSTALL);
}

/** Folder of TensorFlow in the Python environment, with every file that the build needs. */
function findTensorflow(python) {
  const install = `${python} -m pip install tensorflow-cpu, or name another Python with --python.`;
  let folders;
  try {
    folders = JSON.parse(
      execFileSync(python, ['-c', FIND_TENSORFLOW], { encoding: 'utf8', stdio: 'pipe' }),
    );
  } catch (error) {
    throw new BuildError(
      `${python} does not run: ${error.message.trim()}`,
      'name a Python with --python.',
    );
  }
  const [folder] = folders;
  if (folder === undefined) throw new BuildError(`${python} has no tensorflow.`, install);
  const needed = [...Object.keys(LIBRARIES), ...HEADERS.map((header) => join('include', header))];
  const missing = needed.filter((file) => !existsSync(join(folder, file)));
  if (missing.length === 0) return folder;
  throw new BuildError(
    `${folder} lacks ${missing.join(', ')}; a wheel for Linux has them.`,
    `${install} A TensorFlow built from source or by conda may lay its files out otherwise.`,
  );
}

/** Prefix of Node.js' own headers, or undefined: node-gyp downloads them then. */
function findNodeHeaders(named) {
  const prefix = named ?? dirname(dirname(process.execPath));
  if (existsSync(join(prefix, 'include/node/node_api.h'))) return prefix;
  if (named === undefined) return undefined;
  throw new BuildError(
    `${prefix}/include/node/node_api.h does not exist.`,
    'name the prefix above include/node with --nodedir, or leave it out to have them downloaded.',
  );
}

/** Fails early, and in words, where the compiler or make is absent. */
function requireProgram(program, fix) {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
  } catch {
    throw new BuildError(`${program} does not run.`, fix);
  }
}

/** Fills the package's deps/ with links into the wheel; replaces links, never files. */
function linkTensorflow(packageFolder, tensorflow) {
  const deps = join(packageFolder, 'deps');
  const lib = join(deps, 'lib');
  const isLink = (path) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  const present = existsSync(lib) ? readdirSync(lib).map((name) => join(lib, name)) : [];
  const include = join(deps, 'include');
  if (existsSync(include)) present.push(include);
  const foreign = present.find((path) => !isLink(path));
  if (foreign !== undefined) {
    throw new BuildError(
      `${foreign} is there already, and this script did not put it there.`,
      `delete ${deps} if the TensorFlow in it is not wanted.`,
    );
  }
  rmSync(deps, { recursive: true, force: true });
  mkdirSync(lib, { recursive: true });
  symlinkSync(join(tensorflow, 'include'), include, 'dir');
  for (const [file, names] of Object.entries(LIBRARIES)) {
    for (const name of names) symlinkSync(join(tensorflow, file), join(lib, name));
  }
}

/** Compiles with the package's own build tool, node-pre-gyp, for this Node.js alone. */
function compile(packageFolder, nodedir) {
  const require = createRequire(join(packageFolder, 'package.json'));
  const [buildTool] = Object.keys(require('./package.json').dependencies).filter((name) =>
    name.endsWith('/node-pre-gyp'),
  );
  const program = join(dirname(require.resolve(`${buildTool}/package.json`)), 'bin/node-pre-gyp');
  const args = [program, 'rebuild', '--build-from-source', '--build-latest-napi-version-only'];
  if (nodedir === undefined) console.log('No headers beside this Node.js: they are downloaded.');
  else args.push(`--nodedir=${nodedir}`);
  try {
    execFileSync(process.execPath, args, { cwd: packageFolder, encoding: 'utf8', stdio: 'pipe' });
  } catch ({ stdout, stderr }) {
    throw new BuildError(
      `The build failed.\n${stdout}${stderr}`,
      'read the compiler above. Another version of TensorFlow may fit better: 2.21 is known to.',
    );
  }
}

/** Loads the package in a process of its own and multiplies; returns what it says of itself. */
function tryOut(packageFolder) {
  const script = `
    const tf = require(process.argv[1]);
    const [product] = tf.matMul([[2]], [[3]]).dataSync();
    const { binding, isUsingGpuDevice } = tf.backend();
    console.log(JSON.stringify({ product, version: binding.TF_Version, gpu: isUsingGpuDevice }));
  `;
  const stdio = ['ignore', 'pipe', 'pipe'];
  try {
    const args = ['-e', script, packageFolder];
    return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', stdio }));
  } catch (error) {
    throw new BuildError(
      `It was built but does not load.\n${error.message}`,
      'read the message above.',
    );
  }
}

function main() {
  const { values } = parseArgs({
    options: {
      python: { type: 'string', default: 'python3' },
      package: { type: 'string' },
      nodedir: { type: 'string' },
    },
  });
  if (process.platform !== 'linux') {
    throw new BuildError(
      `This script knows the wheels for Linux, not those for ${process.platform}.`,
      'install tfjs-node with its own download, or use the backends native and wasm.',
    );
  }
  const packageFolder = findPackage(values.package);
  const tensorflow = findTensorflow(values.python);
  const nodedir = findNodeHeaders(values.nodedir);
  requireProgram('make', 'install make and a C++ compiler (Debian: build-essential).');
  requireProgram(process.env.CXX ?? 'g++', 'install a C++ compiler (Debian: g++), or set CXX.');
  linkTensorflow(packageFolder, tensorflow);
  console.log(`Building ${packageFolder}\nagainst ${tensorflow} ...`);
  compile(packageFolder, nodedir);
  const { product, version, gpu } = tryOut(packageFolder);
  if (product !== 6) throw new BuildError(`2 x 3 gave ${product}.`, 'do not use this build.');
  console.log(
    `Done: TensorFlow ${version}, ${gpu ? 'GPU' : 'CPU'}. Keep the Python environment: it is linked, not copied.`,
  );
}

try {
  main();
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
