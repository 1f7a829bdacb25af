// Several backends in one process: tensors go over from one to the other when they are used there, and two native backends
// have each their own memory.
import { afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';

import { loadAddon } from '../src/addon/load-addon.ts';
import { NativeBackend } from '../src/index.ts';
import { registerBackends } from './support/backends.ts';
import { hostTensor } from './support/host-tensor.ts';

beforeAll(registerBackends);

afterEach(async () => {
  await tf.setBackend('native');
});

test('a tensor that is used on another backend goes over to it, and comes back', async () => {
  const { values } = hostTensor([33, 17], { kind: 'exact' });
  await tf.setBackend('native');
  const x = tf.tensor(values, [33, 17]);
  const onNative = tf.matMul(x, x, true);
  const read = onNative.dataSync();
  const copy = read.slice();

  await tf.setBackend('cpu');
  const onCpu = tf.add(onNative, tf.matMul(x, x, true));
  await tf.setBackend('native');
  const back = tf.sub(onCpu, onNative);

  expect(back.dataSync()).toEqual(copy);
  expect(read).toEqual(copy);
  tf.dispose([x, onNative, onCpu, back]);
});

test('what is left on one backend is untouched by what the other does', async () => {
  await tf.setBackend('native');
  const kept = tf.neg(tf.ones([500]));
  for (const name of ['cpu', 'native', 'cpu', 'native']) {
    await tf.setBackend(name);
    tf.tidy(() => {
      tf.square(tf.add(tf.ones([500]), 2));
    });
  }
  expect(new Set(kept.dataSync())).toEqual(new Set([-1]));
  kept.dispose();
});

test('a second native backend has memory of its own', async () => {
  const settings = { precision: 'float32', maxFreeBytes: 2 ** 20, guard: true } as const;
  const second = new NativeBackend(loadAddon(), settings);
  tf.registerBackend('native-2', () => second);
  tf.copyRegisteredKernels('native', 'native-2');
  await tf.setBackend('native-2');
  const x = tf.ones([20, 20]);
  const product = tf.matMul(x, x);
  const { used } = second.memory().pool;
  expect(used).toBeGreaterThanOrEqual(1600);

  await tf.setBackend('native');
  const other = tf.matMul(tf.ones([20, 20]), tf.ones([20, 20]));
  expect(second.memory().pool.used).toBe(used);
  other.dispose();

  await tf.setBackend('native-2');
  expect(new Set(product.dataSync())).toEqual(new Set([20]));
  tf.dispose([x, product]);
  await tf.setBackend('native');
  tf.removeBackend('native-2');
});

test('the backend can be registered again after it was removed, without a word', async () => {
  const warn = jest.spyOn(console, 'warn');
  await tf.setBackend('native');
  tf.removeBackend('native');
  await registerBackends();
  expect(tf.backend()).toBeInstanceOf(NativeBackend);
  expect(tf.tidy(() => tf.sum(tf.ones([1000])).dataSync()[0])).toBe(1000);
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});
