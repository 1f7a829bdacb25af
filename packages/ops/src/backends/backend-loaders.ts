// How each backend is loaded: which package, by dynamic import so that none is a dependency, and what it
// then computes on. Each loader returns with the backend active, or throws a BackendLoadError.
import { backend, setBackend } from '@tensorflow/tfjs-core';

import type { BackendName } from './backend-choice.ts';
import { BackendLoadError } from './backend-load-error.ts';
import { gpuProblem, type GpuProblem } from './cuda-libraries.ts';
import { polyfillNodeUtil } from './node-util-polyfill.ts';

/** Imports a module by name, as `import()` does. */
export type ModuleImporter = (specifier: string) => Promise<unknown>;

/** What @malmoi/backend-native (or a replacement) exports for useBackend. */
export interface NativeBackendModule {
  /**
   * Registers the TensorFlow.js backend `native` and its kernels.
   *
   * @param options passed on from UseBackendOptions.native, e.g. threads and precision.
   * @returns what it runs on, for the report, e.g. `AVX-512, 2 threads`.
   */
  registerNativeBackend(options: Readonly<Record<string, unknown>>): string | Promise<string>;
}

/** Options of useBackend. */
export interface UseBackendOptions {
  /** Passed to the native backend: threads, precision and the like; its README lists them. */
  readonly native?: Readonly<Record<string, unknown>>;
  /** Folder or URL of the .wasm files, with its final slash. Default: beside the package's own code. */
  readonly wasmPath?: string;
  /**
   * How backend packages are imported. Default: import() from this package. Pass
   * `(name) => import(name)` from your own module where the package manager hides your dependencies
   * from this one.
   */
  readonly importModule?: ModuleImporter;
}

/** A loaded, active backend. */
export interface LoadedBackend {
  readonly packageName: string;
  readonly device: string;
  /** True where a GPU computes. */
  readonly gpu: boolean;
  /** Why none does, where the package is one for GPUs. */
  readonly gpuProblem?: GpuProblem;
}

type BackendLoader = (
  importModule: ModuleImporter,
  options: UseBackendOptions,
) => Promise<LoadedBackend>;

const NATIVE = '@malmoi/backend-native';
const TENSORFLOW_GPU = '@tensorflow/tfjs-node-gpu';
const TENSORFLOW_CPU = '@tensorflow/tfjs-node';
const WASM = '@tensorflow/tfjs-backend-wasm';
const CPU = '@tensorflow/tfjs-backend-cpu';

/** One loader for each name. */
export const backendLoaders: Record<BackendName, BackendLoader> = {
  native: loadNative,
  tensorflow: (importModule) => loadTensorflow(importModule, [TENSORFLOW_GPU, TENSORFLOW_CPU]),
  wasm: loadWasm,
  cpu: loadCpu,
};

async function loadNative(
  importModule: ModuleImporter,
  options: UseBackendOptions,
): Promise<LoadedBackend> {
  const module = await importBackend('native', NATIVE, importModule);
  const { registerNativeBackend } = module as Partial<NativeBackendModule>;
  if (typeof registerNativeBackend !== 'function') {
    const reason = `${NATIVE} exports no registerNativeBackend function.`;
    throw new BackendLoadError('native', reason, `npm install ${NATIVE}@latest`);
  }
  let device: string;
  try {
    device = await registerNativeBackend(options.native ?? {});
  } catch (error) {
    const reason = `${NATIVE} refused: ${messageOf(error)}`;
    throw new BackendLoadError('native', reason, 'see the message; malmoi doctor tells more.', {
      cause: error,
    });
  }
  await activate('native', NATIVE);
  return { packageName: NATIVE, device, gpu: false };
}

/** Only the package that can use a GPU, for a choice that prefers one. */
export function loadTensorflowGpu(importModule: ModuleImporter): Promise<LoadedBackend> {
  return loadTensorflow(importModule, [TENSORFLOW_GPU]);
}

async function loadTensorflow(
  importModule: ModuleImporter,
  packageNames: readonly string[],
): Promise<LoadedBackend> {
  // require() shares this object with tfjs-node; a namespace import would be a frozen copy.
  const { default: util } = (await import('node:util')) as { default: object };
  polyfillNodeUtil(util);
  const failures: BackendLoadError[] = [];
  for (const packageName of packageNames) {
    try {
      await importBackend('tensorflow', packageName, importModule);
      await activate('tensorflow', packageName);
      return describeTensorflow(packageName);
    } catch (error) {
      if (!(error instanceof BackendLoadError)) throw error;
      failures.push(error);
    }
  }
  const reason = failures.map((failure) => failure.reason).join(' ');
  const fix = `npm install ${TENSORFLOW_GPU} (CUDA) or ${TENSORFLOW_CPU} (CPU).`;
  throw new BackendLoadError('tensorflow', reason, fix, { cause: failures });
}

/** What the active tfjs-node computes on; with the package for GPUs, also why it may be none. */
function describeTensorflow(packageName: string): LoadedBackend {
  const { isUsingGpuDevice: gpu = false, binding } = backend() as {
    isUsingGpuDevice?: boolean;
    binding?: { TF_Version?: string };
  };
  if (gpu) return { packageName, device: 'GPU', gpu };
  if (packageName !== TENSORFLOW_GPU) return { packageName, device: 'CPU', gpu };
  const problem = gpuProblem(binding?.TF_Version ?? 'of an unknown version');
  const device = `CPU; ${problem.reason.replace(/\.$/u, '')}`;
  return { packageName, device, gpu, gpuProblem: problem };
}

async function loadWasm(
  importModule: ModuleImporter,
  { wasmPath }: UseBackendOptions,
): Promise<LoadedBackend> {
  const module = await importBackend('wasm', WASM, importModule);
  if (wasmPath !== undefined) {
    (module as { setWasmPaths(prefix: string): void }).setWasmPaths(wasmPath);
  }
  await activate('wasm', WASM);
  return { packageName: WASM, device: 'CPU, WebAssembly', gpu: false };
}

async function loadCpu(importModule: ModuleImporter): Promise<LoadedBackend> {
  await importBackend('cpu', CPU, importModule);
  await activate('cpu', CPU);
  // It would advise to install tfjs-node on its first use; the choice is reported to the caller instead.
  Object.assign(backend(), { firstUse: false });
  return { packageName: CPU, device: 'CPU, plain JavaScript', gpu: false };
}

async function importBackend(
  name: BackendName,
  packageName: string,
  importModule: ModuleImporter,
): Promise<unknown> {
  try {
    return await importModule(packageName);
  } catch (error) {
    const message = messageOf(error);
    // Quoted, it is the package itself that was not found, and no file of it or of another.
    const absent = isNotFound(error) && message.includes(`'${packageName}'`);
    const reason = absent
      ? `${packageName} is not installed.`
      : `${packageName} is installed but does not load: ${message}`;
    const fix = absent ? `npm install ${packageName}` : repair(packageName);
    throw new BackendLoadError(name, reason, fix, { cause: error });
  }
}

/** What to do about a package that is there and does not load. */
function repair(packageName: string): string {
  return packageName === NATIVE
    ? `npm install ${NATIVE}@latest; in a checkout of Malmoi, npx nx run-many -t build addon -p backend-native.`
    : `read the message above; reinstalling (npm rebuild ${packageName}) helps where its binary is missing.`;
}

async function activate(name: BackendName, packageName: string): Promise<void> {
  let active: boolean;
  try {
    active = await setBackend(name);
  } catch (error) {
    // tfjs throws where the package registered nothing under the name.
    const reason = `${packageName} loaded but its backend did not start: ${messageOf(error)}`;
    throw new BackendLoadError(name, reason, `npm install ${packageName}@4.22`, { cause: error });
  }
  if (!active) {
    const reason = `${packageName} loaded but its backend did not start; TensorFlow.js printed why.`;
    throw new BackendLoadError(name, reason, `npm install ${packageName}@4.22`);
  }
}

function isNotFound(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
