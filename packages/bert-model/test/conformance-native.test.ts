// The fast backend: C++ kernels, on each set of them that this machine has, in float32 and in bfloat16.
import { BackendLoadError, useBackend } from '@malmoi/ops';

import { BFLOAT16_EXCEPTIONS } from './bfloat16-exceptions.ts';
import { describeModelConformance } from './conformance.ts';

const FLOAT32 = { tolerance: { absolute: 1e-5, relative: 1e-5 } };
/** Of a gradient that is 0 but for rounding, such as that of the keys' biases, no part of its size can be asked. */
const BFLOAT16 = {
  tolerance: {
    absolute: Infinity,
    relative: 2e-2,
    noise: 1e-3,
    exceptions: BFLOAT16_EXCEPTIONS,
  },
  lossTolerance: 2e-2 * 3,
};

const RUNS = [
  ...['amx', 'avx512bf16', 'avx512', 'avx2', 'portable'].map((instructionSet) => ({
    instructionSet,
    precision: 'float32',
    tolerances: FLOAT32,
  })),
  ...['amx', 'avx512bf16'].map((instructionSet) => ({
    instructionSet,
    precision: 'bfloat16',
    tolerances: BFLOAT16,
  })),
];

for (const { instructionSet, precision, tolerances } of RUNS) {
  const setUp = (): Promise<unknown> =>
    useBackend('native', { native: { instructionSet, precision } });
  describeModelConformance('native', setUp, {
    variant: `${instructionSet}, ${precision}`,
    ...tolerances,
    unavailable: await missingFor(setUp),
  });
}

/** What the machine lacks; undefined where it lacks nothing, or the backend fails for another reason. */
async function missingFor(setUp: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await setUp();
  } catch (error) {
    const reason = error instanceof BackendLoadError ? error.reason : '';
    return /this machine has no kernels for .*|bfloat16 needs a processor .*/u.exec(reason)?.[0];
  }
  return undefined;
}
