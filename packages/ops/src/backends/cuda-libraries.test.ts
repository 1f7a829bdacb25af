import { describe, expect, test } from '@jest/globals';

import { gpuProblem, missingLibraries, type LibraryOpener } from './cuda-libraries.ts';

/** A machine that has all libraries but these. */
function machineWithout(...absent: string[]): LibraryOpener {
  return (name) => {
    throw new Error(
      absent.includes(name)
        ? `${name}: cannot open shared object file: No such file or directory`
        : `Module did not self-register: '${name}'.`,
    );
  };
}

describe('gpuProblem', () => {
  test('names the libraries that the TensorFlow of tfjs-node-gpu cannot open', () => {
    expect(gpuProblem('2.9.1', machineWithout('libcudart.so.11.0', 'libcudnn.so.8'))).toEqual({
      reason: 'TensorFlow 2.9.1 found no GPU: cannot open libcudart.so.11.0, libcudnn.so.8.',
      fix: 'install CUDA 11.2 with cuDNN 8; LD_LIBRARY_PATH names folders to search.',
    });
  });

  test('tells the driver from the toolkit', () => {
    const { reason, fix } = gpuProblem('2.9.1', machineWithout('libcuda.so.1'));
    expect(reason).toBe('TensorFlow 2.9.1 found no GPU: cannot open libcuda.so.1.');
    expect(fix).toBe('install an NVIDIA driver; LD_LIBRARY_PATH names folders to search.');
  });

  test('asks a TensorFlow for another CUDA for the driver alone', () => {
    const open = machineWithout('libcuda.so.1', 'libcudart.so.11.0');
    expect(gpuProblem('2.21.0', open).reason).toBe(
      'TensorFlow 2.21.0 found no GPU: cannot open libcuda.so.1.',
    );
  });

  test('points to the log of TensorFlow where everything opens', () => {
    const problem = gpuProblem('2.9.1', machineWithout());
    expect(problem.reason).toBe('TensorFlow 2.9.1 found no GPU; it printed why.');
    expect(problem.fix).toMatch(/nvidia-smi/);
  });
});

test("missingLibraries asks the machine's own loader, on Linux", () => {
  const absent = 'libmalmoi-is-not-there.so.1';
  expect(missingLibraries(['libm.so.6', absent])).toEqual(
    process.platform === 'linux' ? [absent] : [],
  );
});
