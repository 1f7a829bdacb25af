// Makes a backend active for a measurement, or ends the process so that the contest leaves it out.
import { BackendLoadError, useBackend } from '@malmoi/ops';

import { UNAVAILABLE } from './contest.mjs';

/** Loads `backend`; the other settings are the native backend's. Prints the reason where there is none. */
export async function startBackend({ backend, precision, threads, instructionSet }) {
  const options = {
    importModule: (name) => import(name),
    ...(backend === 'native' && { native: { threads, precision, instructionSet } }),
  };
  try {
    return await useBackend(backend, options);
  } catch (error) {
    if (!(error instanceof BackendLoadError)) throw error;
    console.log(error.message);
    process.exit(UNAVAILABLE);
  }
}
