import { afterEach, describe, expect, test } from '@jest/globals';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import {
  add,
  findBackendFactory,
  getBackend,
  registerBackend,
  removeBackend,
} from '@tensorflow/tfjs-core';

import { OpValueError } from '../errors.ts';
import { formatBackendChoice } from './backend-choice.ts';
import { BackendLoadError } from './backend-load-error.ts';
import type { ModuleImporter } from './backend-loaders.ts';
import { polyfillNodeUtil } from './node-util-polyfill.ts';
import { useBackend } from './use-backend.ts';

const GPU_PACKAGE = '@tensorflow/tfjs-node-gpu';
const CPU_PACKAGE = '@tensorflow/tfjs-node';
const NATIVE = '@malmoi/backend-native';

/** An importer that knows the given modules only; the others are not installed. */
function importerOf(modules: Record<string, () => unknown>): ModuleImporter {
  return (specifier) => {
    const module = modules[specifier];
    if (module) return Promise.resolve().then(module);
    const error = new Error(`Cannot find package '${specifier}' imported from here`);
    return Promise.reject(Object.assign(error, { code: 'ERR_MODULE_NOT_FOUND' }));
  };
}

const wasm = { '@tensorflow/tfjs-backend-wasm': () => import('@tensorflow/tfjs-backend-wasm') };
const cpu = { '@tensorflow/tfjs-backend-cpu': () => import('@tensorflow/tfjs-backend-cpu') };

/** A stand-in for tfjs-node: registers `tensorflow`, on a GPU or not. */
function tensorflow(gpu: boolean, version?: string): () => unknown {
  return () => {
    const binding = { TF_Version: version };
    const create = (): MathBackendCPU =>
      Object.assign(new MathBackendCPU(), { isUsingGpuDevice: gpu, binding });
    // A real module runs its side effects once, however often it is imported.
    if (!(findBackendFactory('tensorflow') as unknown)) registerBackend('tensorflow', create);
    return {};
  };
}

/** A stand-in for the native package. */
const native = (received: unknown[] = []): Record<string, () => unknown> => ({
  [NATIVE]: () => ({
    registerNativeBackend: (options: unknown) => {
      received.push(options);
      registerBackend('native', () => new MathBackendCPU());
      return Promise.resolve('AVX2, 2 threads');
    },
  }),
});

/** What a call is refused with. */
async function refusalOf(call: Promise<unknown>): Promise<BackendLoadError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BackendLoadError);
  return error as BackendLoadError;
}

afterEach(() => {
  for (const name of ['native', 'tensorflow']) {
    if (findBackendFactory(name) as unknown) removeBackend(name);
  }
});

describe('useBackend with a name', () => {
  test.each(['cpu', 'wasm'] as const)('%s loads and computes', async (name) => {
    const choice = await useBackend(name);
    expect(choice).toMatchObject({
      name,
      packageName: `@tensorflow/tfjs-backend-${name}`,
      skipped: [],
    });
    expect(getBackend()).toBe(name);
    const sum = add([1, 2], 3);
    expect([...sum.dataSync()]).toEqual([4, 5]);
    sum.dispose();
  });

  test('native gets its options and reports what it runs on', async () => {
    const received: unknown[] = [];
    const choice = await useBackend('native', {
      native: { threads: 2 },
      importModule: importerOf(native(received)),
    });
    expect(choice).toEqual({
      name: 'native',
      packageName: NATIVE,
      device: 'AVX2, 2 threads',
      skipped: [],
    });
    expect(received).toEqual([{ threads: 2 }]);
    expect(getBackend()).toBe('native');
  });

  test.each([
    [true, /^GPU$/],
    [false, /^CPU; .*found no GPU/],
  ])('tensorflow says whether it found a GPU: %p', async (gpu, device) => {
    const choice = await useBackend('tensorflow', {
      importModule: importerOf({ [GPU_PACKAGE]: tensorflow(gpu) }),
    });
    expect(choice).toMatchObject({ name: 'tensorflow', packageName: GPU_PACKAGE });
    expect(choice.device).toMatch(device);
  });

  test('tensorflow without a GPU says what keeps the package for GPUs from one', async () => {
    const importModule = importerOf({ [GPU_PACKAGE]: tensorflow(false, '2.9.1') });
    const { device } = await useBackend('tensorflow', { importModule });
    expect(device).toMatch(/^CPU; TensorFlow 2\.9\.1 found no GPU/);
  });

  test('tensorflow falls to the CPU package where the GPU one is absent', async () => {
    const choice = await useBackend('tensorflow', {
      importModule: importerOf({ [CPU_PACKAGE]: tensorflow(false) }),
    });
    expect(choice).toMatchObject({ packageName: CPU_PACKAGE, device: 'CPU' });
  });

  test('native is not installed: the error names the package and how to get it', async () => {
    const error = await refusalOf(useBackend('native', { importModule: importerOf({}) }));
    expect(error).toMatchObject({
      backend: 'native',
      reason: '@malmoi/backend-native is not installed.',
      fix: 'npm install @malmoi/backend-native',
    });
    expect(error.message).toMatch(
      /useBackend: backend 'native' cannot be used: @malmoi\/backend-native is not/,
    );
  });

  test('tensorflow is not installed: both packages are named', async () => {
    const error = await refusalOf(useBackend('tensorflow', { importModule: importerOf({}) }));
    expect(error.reason).toBe(`${GPU_PACKAGE} is not installed. ${CPU_PACKAGE} is not installed.`);
    expect(error.fix).toContain(`npm install ${GPU_PACKAGE}`);
  });

  test('a binary that does not load: the loader message comes through', async () => {
    const broken = (): never => {
      throw new Error('libcudart.so.11.0: cannot open shared object file');
    };
    const importModule = importerOf({ [GPU_PACKAGE]: broken });
    const error = await refusalOf(useBackend('tensorflow', { importModule }));
    expect(error.reason).toMatch(/tfjs-node-gpu is installed but does not load: libcudart.so.11.0/);
  });

  test('a package that lacks one of its own dependencies is not called absent', async () => {
    const importModule: ModuleImporter = () => {
      const error = new Error(`Cannot find module 'bindings'`);
      return Promise.reject(Object.assign(error, { code: 'MODULE_NOT_FOUND' }));
    };
    const error = await refusalOf(useBackend('native', { importModule }));
    expect(error.reason).toMatch(/installed but does not load: Cannot find module 'bindings'/);
  });

  test('a native package that was not built is not called absent, and its build is named', async () => {
    const importModule: ModuleImporter = () => {
      const file = `/checkout/node_modules/${NATIVE}/dist/index.js`;
      const error = new Error(`Cannot find module '${file}' imported from /checkout/here.js`);
      return Promise.reject(Object.assign(error, { code: 'ERR_MODULE_NOT_FOUND' }));
    };
    const error = await refusalOf(useBackend('native', { importModule }));
    expect(error.reason).toMatch(/installed but does not load: Cannot find module '\/checkout/);
    expect(error.fix).toMatch(/npm install .*@latest; in a checkout of Malmoi, npx nx run-many/);
  });

  test('a native package of another kind', async () => {
    const importModule = importerOf({ [NATIVE]: () => ({}) });
    const error = await refusalOf(useBackend('native', { importModule }));
    expect(error.reason).toMatch(/exports no registerNativeBackend/);
  });

  test('a native package that refuses the machine', async () => {
    const registerNativeBackend = (): never => {
      throw new RangeError('threads is 0');
    };
    const importModule = importerOf({ [NATIVE]: () => ({ registerNativeBackend }) });
    const error = await refusalOf(useBackend('native', { importModule }));
    expect(error.reason).toMatch(/refused: threads is 0/);
    expect(error.cause).toBeInstanceOf(RangeError);
  });

  test('a package that registers nothing under its name', async () => {
    const importModule = importerOf({ [GPU_PACKAGE]: () => ({}) });
    const error = await refusalOf(useBackend('tensorflow', { importModule }));
    expect(error.reason).toMatch(/tfjs-node-gpu loaded but its backend did not start/);
  });

  test.each(['webgl', 'constructor', ''])('the unknown name %p', async (name) => {
    await expect(useBackend(name as never)).rejects.toThrow(OpValueError);
  });
});

describe('useBackend with auto', () => {
  test('takes a GPU before everything', async () => {
    const importModule = importerOf({ ...native(), [GPU_PACKAGE]: tensorflow(true), ...wasm });
    const choice = await useBackend('auto', { importModule });
    expect(choice).toMatchObject({ name: 'tensorflow', device: 'GPU', skipped: [] });
  });

  test('takes native before TensorFlow on the CPU, which it then does not load', async () => {
    const loaded: string[] = [];
    const cpuPackage = (): unknown => loaded.push(CPU_PACKAGE);
    const importModule = importerOf({ ...native(), [CPU_PACKAGE]: cpuPackage, ...wasm });
    const choice = await useBackend('auto', { importModule });
    expect(choice).toMatchObject({ name: 'native', skipped: [] });
    expect(getBackend()).toBe('native');
    expect(loaded).toEqual([]);
  });

  test('takes native and says that the package for GPUs found none', async () => {
    const importModule = importerOf({ ...native(), [GPU_PACKAGE]: tensorflow(false, '2.9.1') });
    const choice = await useBackend('auto', { importModule });
    expect(choice.name).toBe('native');
    expect(choice.skipped).toHaveLength(1);
    expect(choice.skipped[0]?.name).toBe('tensorflow');
    expect(choice.skipped[0]?.reason).toMatch(/^TensorFlow 2\.9\.1 found no GPU/);
  });

  test('takes TensorFlow without a GPU where native is absent', async () => {
    const importModule = importerOf({ [GPU_PACKAGE]: tensorflow(false), ...wasm });
    const choice = await useBackend('auto', { importModule });
    expect(choice.name).toBe('tensorflow');
    expect(choice.device).toMatch(/^CPU; TensorFlow of an unknown version found no GPU/);
    expect(choice.skipped.map(({ name }) => name)).toEqual(['native']);
    expect(getBackend()).toBe('tensorflow');
  });

  test('takes wasm and says why not the others, in words too', async () => {
    const choice = await useBackend('auto', { importModule: importerOf({ ...wasm, ...cpu }) });
    expect(choice.name).toBe('wasm');
    expect(formatBackendChoice(choice).split('\n')).toEqual([
      'Backend: wasm (@tensorflow/tfjs-backend-wasm, CPU, WebAssembly).',
      '  not native: @malmoi/backend-native is not installed.',
      '    to use it: npm install @malmoi/backend-native',
      `  not tensorflow: ${GPU_PACKAGE} is not installed. ${CPU_PACKAGE} is not installed.`,
      `    to use it: npm install ${GPU_PACKAGE} (CUDA) or ${CPU_PACKAGE} (CPU).`,
    ]);
  });

  test('takes cpu last', async () => {
    const choice = await useBackend('auto', { importModule: importerOf(cpu) });
    expect(choice.name).toBe('cpu');
    expect(choice.skipped.map(({ name }) => name)).toEqual(['native', 'tensorflow', 'wasm']);
  });

  test('refuses where there is none, with every reason', async () => {
    const error = await refusalOf(useBackend('auto', { importModule: importerOf({}) }));
    for (const name of ['native', 'tensorflow', 'wasm', 'cpu'])
      expect(error.reason).toContain(`${name}: `);
    expect(error.fix).toBe('npm install @tensorflow/tfjs-backend-wasm');
  });
});

describe('polyfillNodeUtil', () => {
  test('adds what Node.js 23 removed and nothing else', () => {
    const isArray = (): boolean => true;
    const util: Record<string, unknown> = { isArray };
    expect(polyfillNodeUtil(util)).toEqual([
      'isNullOrUndefined',
      'isString',
      'isNumber',
      'isBoolean',
    ]);
    expect(util['isArray']).toBe(isArray);
    const isNullOrUndefined = util['isNullOrUndefined'] as (value: unknown) => boolean;
    expect([null, undefined, 0, ''].map(isNullOrUndefined)).toEqual([true, true, false, false]);
    expect(polyfillNodeUtil(util)).toEqual([]);
  });
});
