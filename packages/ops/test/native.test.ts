// The fast backend: C++ kernels, on each set of them that this machine has, in float32 and in bfloat16.
import { BackendLoadError, useBackend } from '../src/index.ts';
import { describeOpsConformance } from './conformance.ts';
import { BFLOAT16, FLOAT32 } from './expectations.ts';

const RUNS = [
  ...['amx', 'avx512bf16', 'avx512', 'avx2', 'portable'].map((instructionSet) => ({
    instructionSet,
    precision: 'float32',
    productTolerance: FLOAT32,
  })),
  ...['amx', 'avx512bf16'].map((instructionSet) => ({
    instructionSet,
    precision: 'bfloat16',
    productTolerance: BFLOAT16,
  })),
];

for (const { instructionSet, precision, productTolerance } of RUNS) {
  const setUp = (): Promise<unknown> =>
    useBackend('native', { native: { instructionSet, precision } });
  describeOpsConformance('native', setUp, {
    variant: `${instructionSet}, ${precision}`,
    productTolerance,
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
