// Selects what computes. Each backend is an optional package, imported when asked for; `auto` takes the
// first that works and reports why each better one did not, so that no fallback is silent.
import { OpValueError } from '../errors.ts';
import type { BackendChoice, BackendName, SkippedBackend } from './backend-choice.ts';
import { BackendLoadError } from './backend-load-error.ts';
import { backendLoaders, loadTensorflowGpu } from './backend-loaders.ts';
import type { LoadedBackend, ModuleImporter, UseBackendOptions } from './backend-loaders.ts';

/** The order of `auto`. A GPU comes before all of these: see useBackend. */
const AUTO_ORDER: readonly BackendName[] = ['native', 'tensorflow', 'wasm', 'cpu'];

/**
 * Loads a backend and makes it the active one of TensorFlow.js.
 *
 * `auto` prefers a GPU (`tensorflow`, where tfjs-node-gpu is installed and finds one), then `native`,
 * `tensorflow` on the CPU, `wasm` and `cpu`. A named backend is used or an error is thrown; nothing else
 * takes its place.
 *
 * @param name `auto`, or a backend by name.
 * @returns what was chosen and what was passed over; formatBackendChoice puts it in words.
 * @throws BackendLoadError with the reason and the remedy; OpValueError for another name.
 */
export async function useBackend(
  name: BackendName | 'auto',
  options: UseBackendOptions = {},
): Promise<BackendChoice> {
  if (name === 'auto') return chooseBackend(options);
  if (!Object.hasOwn(backendLoaders, name)) {
    throw new OpValueError('useBackend', 'name', name, `auto, ${AUTO_ORDER.join(', ')}`);
  }
  return choice(name, await load(name, options), []);
}

async function chooseBackend(options: UseBackendOptions): Promise<BackendChoice> {
  const gpu = await attempt('tensorflow', () => loadTensorflowGpu(importerOf(options)));
  if ('gpu' in gpu && gpu.gpu) return choice('tensorflow', gpu, []);

  const skipped = new Map<BackendName, SkippedBackend>();
  // Installed for a GPU that it does not find: said even where a backend before it is taken.
  if ('gpu' in gpu && gpu.gpuProblem) {
    skipped.set('tensorflow', { name: 'tensorflow', ...gpu.gpuProblem });
  }
  for (const name of AUTO_ORDER) {
    const result = await attempt(name, () => load(name, options));
    if ('device' in result) {
      skipped.delete(name); // Its device says it.
      return choice(name, result, [...skipped.values()]);
    }
    skipped.set(name, result);
  }
  const reasons = [...skipped.values()].map(({ name, reason }) => `${name}: ${reason}`).join(' ');
  throw new BackendLoadError('auto', reasons, 'npm install @tensorflow/tfjs-backend-wasm');
}

/** The loaded backend, or why there is none. */
async function attempt(
  name: BackendName,
  start: () => Promise<LoadedBackend>,
): Promise<LoadedBackend | SkippedBackend> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof BackendLoadError)) throw error;
    return { name, reason: error.reason, fix: error.fix };
  }
}

function load(name: BackendName, options: UseBackendOptions): Promise<LoadedBackend> {
  return backendLoaders[name](importerOf(options), options);
}

function importerOf({ importModule }: UseBackendOptions): ModuleImporter {
  return importModule ?? ((specifier) => import(specifier));
}

function choice(
  name: BackendName,
  { packageName, device }: LoadedBackend,
  skipped: readonly SkippedBackend[],
): BackendChoice {
  return { name, packageName, device, skipped };
}
