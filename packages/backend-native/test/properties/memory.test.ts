// Memory that is used again must not be anybody else's: whatever a program does, arrays that a user gave or was given, and
// tensors that are alive, keep their values.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { embeddingLookup } from '@malmoi/ops';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';

import type { NativeMemory } from '../../src/index.ts';
import { registerBackends } from '../support/backends.ts';
import { EXACT, expectSameAsCpu } from '../support/compare.ts';
import { hostTensor, seeds } from '../support/host-tensor.ts';

beforeAll(registerBackends);

/** All tensors of a program have this size, so that each could be given the memory of any other. */
const SIZE = 96;

interface HeldArray {
  readonly values: Float32Array;
  readonly copy: Float32Array;
}

/** The tensors that are alive, and the arrays that the user holds, with what was in them. */
class Program {
  readonly #tensors: Tensor[] = [];
  readonly #held: HeldArray[] = [];

  /** The tensor of a number, any number; a new one where none is alive. */
  tensor(index: number): Tensor {
    return this.#tensors[index % this.#tensors.length] ?? this.create(index);
  }

  /** A tensor made of an array of the user's, which stays in the user's hands. */
  create(seed: number): Tensor {
    const { values } = hostTensor([SIZE], { kind: 'exact', seed });
    this.hold(values as Float32Array);
    return this.keep(tf.tensor(values));
  }

  keep(result: Tensor): Tensor {
    this.#tensors.push(tf.reshape(result, [SIZE]));
    return result;
  }

  hold(values: Float32Array): void {
    this.#held.push({ values, copy: values.slice() });
  }

  dispose(index: number): void {
    const [disposed] = this.#tensors.splice(index % Math.max(1, this.#tensors.length), 1);
    disposed?.dispose();
  }

  /** The tensors that are alive. */
  get alive(): readonly Tensor[] {
    return this.#tensors;
  }

  /** The arrays that the user holds, and what was in them when he got them. */
  get held(): readonly HeldArray[] {
    return this.#held;
  }
}

type Action = (program: Program, a: number, b: number) => unknown;

const matrix = (x: Tensor): Tensor => tf.reshape(x, [8, SIZE / 8]);

const actions: Record<string, Action> = {
  create: (program, a) => program.create(a),
  dispose: (program, a) => {
    program.dispose(a);
  },
  'dispose some more': (program, a, b) => {
    program.dispose(a);
    program.dispose(b);
  },
  read: (program, a) => {
    program.hold(program.tensor(a).dataSync<'float32'>());
  },
  'read a slice': (program, a) => {
    program.hold(tf.slice(program.tensor(a), [8], [16]).dataSync<'float32'>());
  },
  clone: (program, a) => program.keep(tf.clone(program.tensor(a))),
  neg: (program, a) => program.keep(tf.neg(program.tensor(a))),
  relu: (program, a) => program.keep(tf.relu(program.tensor(a))),
  add: (program, a, b) => program.keep(tf.add(program.tensor(a), program.tensor(b))),
  maximum: (program, a, b) => program.keep(tf.maximum(program.tensor(a), program.tensor(b))),
  where: (program, a, b) => {
    const [x, y] = [program.tensor(a), program.tensor(b)];
    return program.keep(tf.where(tf.greater(x, y), x, y));
  },
  'to int32 and back': (program, a) =>
    program.keep(tf.cast(tf.cast(program.tensor(a), 'int32'), 'float32')),
  transpose: (program, a) => program.keep(tf.transpose(matrix(program.tensor(a)))),
  'times the identity': (program, a) =>
    program.keep(tf.matMul(matrix(program.tensor(a)), tf.eye(SIZE / 8))),
  'halves swapped': (program, a, b) =>
    program.keep(
      tf.concat([
        tf.slice(program.tensor(a), [SIZE / 2], [SIZE / 2]),
        tf.slice(program.tensor(b), [0], [SIZE / 2]),
      ]),
    ),
  'gather rows': (program, a) =>
    program.keep(
      tf.gather(matrix(program.tensor(a)), tf.tensor1d([7, 0, 1, 1, 2, 6, 3, 3], 'int32')),
    ),
  tidied: (program, a, b) => {
    const [x, y] = [program.tensor(a), program.tensor(b)];
    return program.keep(tf.tidy(() => tf.add(tf.neg(x), tf.abs(y))));
  },
};

const steps = fc.array(
  fc.record({ action: fc.constantFrom(...Object.keys(actions)), a: fc.nat(1000), b: fc.nat(1000) }),
  { minLength: 1, maxLength: 60 },
);

test('of any program, what is alive and what is held keeps its values', async () => {
  await fc.assert(
    fc.asyncProperty(steps, (program) =>
      expectSameAsCpu([], () => {
        const state = new Program();
        for (const { action, a, b } of program) actions[action]?.(state, a, b);
        for (const { values, copy } of state.held) expect(values).toEqual(copy);
        return [...state.alive];
      }),
    ),
    { numRuns: 150 },
  );
});

describe('what a user holds', () => {
  const dtypes = fc.constantFrom('float32' as const, 'int32' as const, 'bool' as const);

  test('an array that was read, or read asynchronously, outlives its tensor', async () => {
    await tf.setBackend('native');
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 300 }),
        dtypes,
        seeds,
        async (size, dtype, seed) => {
          const { values } = hostTensor([size], { dtype, seed });
          const made = tf.reverse(tf.reverse(tf.tensor(values, [size], dtype)));
          const held = [made.dataSync(), await made.data(), made.bufferSync().values];
          made.dispose();
          const others = Array.from({ length: 8 }, () =>
            tf.onesLike(tf.tensor(values, [size], dtype)),
          );
          for (const array of held) expect(Array.from(array)).toEqual(Array.from(values));
          tf.dispose(others);
        },
      ),
      { numRuns: 40 },
    );
    tf.disposeVariables();
  });

  test('an array that a tensor was made of is never written to', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, (seed) => {
        const user = hostTensor([SIZE], { kind: 'exact', seed });
        const copy = user.values.slice();
        return expectSameAsCpu([], () => {
          const x = tf.tensor(user.values);
          const sum = tf.add(x, 1);
          x.dispose();
          const others = [tf.neg(sum), tf.square(sum), tf.relu(sum)];
          expect(user.values).toEqual(copy);
          return others;
        });
      }),
      { numRuns: 30 },
    );
  });

  test('what a variable was made of does not follow its changes', async () => {
    await expectSameAsCpu(
      [hostTensor([SIZE], { kind: 'exact' })],
      (initial) => {
        const weights = tf.variable(initial);
        const before = weights.dataSync().slice();
        weights.assign(tf.add(weights, 1));
        expect(initial.dataSync()).toEqual(before);
        const changed = weights.clone();
        weights.dispose();
        return changed;
      },
      EXACT,
    );
  });
});

describe('memory()', () => {
  const pool = (): { used: number; free: number } => nativeMemory().pool;

  test('in the steady state of a loop nothing is allocated', async () => {
    await tf.setBackend('native');
    const x = tf.tensor(hostTensor([64, 64]).values, [64, 64]);
    const figures = Array.from({ length: 20 }, () => {
      tf.tidy(() => {
        tf.matMul(tf.softmax(tf.matMul(x, x)), tf.relu(x));
      });
      const { used, free } = pool();
      return used + free;
    });
    x.dispose();
    expect(figures.slice(2)).toEqual(figures.slice(2).map(() => figures[2]));
  });

  test('a kernel that throws leaves nothing behind', async () => {
    await tf.setBackend('native');
    const x = tf.ones([4, 3]);
    const outOfRange = tf.tensor1d([1, 9], 'int32');
    const { used } = pool();
    const tensors = tf.memory().numTensors;
    const data = tf.backend().numDataIds();
    for (let i = 0; i < 100; i++) {
      expect(() => tf.tidy(() => tf.matMul(x, x))).toThrow('inner');
      expect(() => tf.tidy(() => tf.gather(x, outOfRange))).toThrow('9 is not in');
      expect(() =>
        tf.tidy(() => embeddingLookup({ word: x }, tf.reshape(outOfRange, [1, 2]))),
      ).toThrow();
    }
    expect(pool().used).toBe(used);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(tf.backend().numDataIds()).toBe(data);
    outOfRange.dispose();
    x.dispose();
  });
});

/** tf.memory() of the native backend. */
function nativeMemory(): NativeMemory {
  return tf.memory() as unknown as NativeMemory;
}
