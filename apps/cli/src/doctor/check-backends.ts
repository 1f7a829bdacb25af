// The backends: which load, how fast each multiplies matrices, and why the others do not.
import { BackendLoadError, type BackendName, useBackend } from '@malmoi/ops';
import * as tf from '@tensorflow/tfjs-core';

import { fixOf } from '../backend/instruction-set.ts';
import { importBackendPackage } from '../backend/select-backend.ts';
import type { Finding } from './finding.ts';

/** In the order in which --backend auto tries them. */
export const BACKEND_NAMES: readonly BackendName[] = ['native', 'tensorflow', 'wasm', 'cpu'];

/** What was found out about one backend. */
export interface BackendFinding extends Finding {
  readonly gflops?: number;
}

/** Loads a backend, and measures it where that works. @param seconds to measure for, at most about */
export async function checkBackend(name: BackendName, seconds: number): Promise<BackendFinding> {
  try {
    const { packageName, device } = await useBackend(name, { importModule: importBackendPackage });
    const gflops = await measureMatMul(seconds);
    const detail = `${packageName}, ${device}: ${gflops.toFixed(1)} GFLOP/s`;
    return { name: `backend ${name}`, status: 'ok', detail, gflops };
  } catch (error) {
    if (!(error instanceof BackendLoadError)) throw error;
    return {
      name: `backend ${name}`,
      status: 'missing',
      detail: error.reason,
      fix: fixOf(error),
    };
  }
}

const SMALLEST_SIZE = 64;
const LARGEST_SIZE = 2048;

/** Multiplies larger and larger matrices; the largest that is quick enough counts. */
async function measureMatMul(seconds: number): Promise<number> {
  let best = 0;
  for (let size = SMALLEST_SIZE; size <= LARGEST_SIZE; size *= 2) {
    await timeMatMul(size);
    const taken = await timeMatMul(size);
    best = Math.max(best, (2 * size ** 3) / taken / 1e9);
    // The next size takes eight times as long, twice.
    if (16 * taken > seconds) break;
  }
  return best;
}

/** Seconds of one product of two `[size, size]` matrices. */
async function timeMatMul(size: number): Promise<number> {
  const [a, b] = [tf.ones([size, size]), tf.ones([size, size])];
  const started = performance.now();
  const product = tf.matMul(a, b);
  const values = await product.data();
  const seconds = (performance.now() - started) / 1000;
  tf.dispose([a, b, product]);
  // The product of ones is known: a backend that computes something else is not there.
  if (values[0] !== size || values[values.length - 1] !== size) {
    throw new BackendLoadError(
      tf.getBackend() as BackendName,
      `a product of matrices is wrong (${values[0] ?? 'nothing'} instead of ${size}).`,
      'reinstall the package of the backend',
    );
  }
  return seconds;
}
