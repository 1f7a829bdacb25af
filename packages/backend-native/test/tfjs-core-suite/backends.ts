// The backends that the suite is run on, and how each is registered.
import {
  copyRegisteredKernels,
  registerBackend,
  registerKernel,
  removeBackend,
  type TensorInfo,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';

import { registerNativeBackend } from '../../src/index.ts';

/** Registers the backend of a name with its kernels. */
const registrations: Readonly<Record<string, () => void>> = {
  // Registered by its import.
  cpu: () => undefined,
  // The specs' tolerances are those of float32.
  native: () => registerNativeBackend({ precision: 'float32', guard: true }),
  sabotaged: registerSabotaged,
};

/**
 * Registers one backend and no other, so that nothing stands in for it should it fail to start.
 *
 * @throws Error on a name that is not known here.
 */
export function registerOnly(name: string): void {
  const register = registrations[name];
  if (register === undefined) {
    const known = Object.keys(registrations).join(', ');
    throw new Error(`No backend '${name}' here; there is ${known}.`);
  }
  register();
  if (name !== 'cpu') removeBackend('cpu');
}

/** The CPU backend with an Abs that is right for what is positive: the suite has to notice. */
function registerSabotaged(): void {
  registerBackend('sabotaged', () => new MathBackendCPU());
  copyRegisteredKernels('cpu', 'sabotaged');
  unregisterKernel('Abs', 'sabotaged');
  registerKernel({
    kernelName: 'Abs',
    backendName: 'sabotaged',
    kernelFunc: ({ inputs, backend }) => {
      const { x } = inputs as { x: TensorInfo };
      (backend as Pick<MathBackendCPU, 'incRef'>).incRef(x.dataId);
      return x;
    },
  });
}
