// Why tfjs-node-gpu computes on the CPU. TensorFlow opens CUDA's libraries one by one and, where one is
// missing, prints lines on the error stream and goes on without a GPU (tensorflow/tfjs issues 8269, 3727).
// The same names are tried here, so that the report can name what is missing.

/** The driver's library, and what the libtensorflow 2.9 that tfjs-node-gpu downloads opens: CUDA 11.2, cuDNN 8. */
const DRIVER = 'libcuda.so.1';
const CUDA_11_LIBRARIES = [
  'libcudart.so.11.0',
  'libcublas.so.11',
  'libcublasLt.so.11',
  'libcufft.so.10',
  'libcurand.so.10',
  'libcusolver.so.11',
  'libcusparse.so.11',
  'libcudnn.so.8',
];

/** Why there is no GPU, and what to do. */
export interface GpuProblem {
  readonly reason: string;
  readonly fix: string;
}

/** Opens a shared library as the loader of the system does, or throws. */
export type LibraryOpener = (name: string) => void;

/**
 * Why TensorFlow found no GPU, with the missing libraries by name.
 *
 * @param version of libtensorflow; one that was built for another CUDA than 11 is asked for the driver alone.
 * @param open tries a library. Default: the loader of Linux; elsewhere none is tried.
 */
export function gpuProblem(version: string, open?: LibraryOpener): GpuProblem {
  const isCuda11 = /^2\.(?:[5-9]|1[0-4])\./u.test(version);
  const missing = missingLibraries(isCuda11 ? [DRIVER, ...CUDA_11_LIBRARIES] : [DRIVER], open);
  if (missing.length === 0) {
    return {
      reason: `TensorFlow ${version} found no GPU; it printed why.`,
      fix: 'see that nvidia-smi lists a GPU and CUDA_VISIBLE_DEVICES does not hide it.',
    };
  }
  const parts = [
    ...(missing.includes(DRIVER) ? ['an NVIDIA driver'] : []),
    ...(missing.some((name) => name !== DRIVER) ? ['CUDA 11.2 with cuDNN 8'] : []),
  ];
  return {
    reason: `TensorFlow ${version} found no GPU: cannot open ${missing.join(', ')}.`,
    fix: `install ${parts.join(' and ')}; LD_LIBRARY_PATH names folders to search.`,
  };
}

/** Those that the loader does not find; on other systems than Linux none. */
export function missingLibraries(
  names: readonly string[],
  open: LibraryOpener | undefined = systemOpener(),
): string[] {
  if (open === undefined) return [];
  return names.filter((name) => {
    try {
      open(name);
      return false;
    } catch (error) {
      // A library that opens is then refused by Node.js, as no addon of its own.
      return String(error).includes('cannot open shared object file');
    }
  });
}

function systemOpener(): LibraryOpener | undefined {
  const { process } = globalThis as {
    process?: { platform?: string; dlopen?(module: object, name: string): void };
  };
  if (process?.platform !== 'linux') return undefined;
  return (name) => process.dlopen?.({ exports: {} }, name);
}
