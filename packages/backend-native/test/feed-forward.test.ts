// The feed-forward network of an encoder layer and its gradient against float64: sizes around tiles, few and many blocks
// of rows, blocks of depth whose edges lie within panels (of 320, 512 or 1024 at most), what is kept, NaN, wrong sizes.
import { expect, test } from '@jest/globals';
import { tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

import { runFeedForward } from '../src/kernels/feed-forward.ts';
import { ACTIVATION_CODES } from '../src/kernels/matrix.ts';
import { expectEqualBits } from './bits.ts';
import { BOUND, feedForwardInputs, feedForwardReference } from './feed-forward-reference.ts';
import { describeKernelSets, PRECISIONS } from './instruction-sets.ts';
import { once } from './once.ts';
import { randomFloats } from './random.ts';
import { expectResults } from './support/compare.ts';
import type { Expected } from './support/compare.ts';
import { activeBackend, feedForward } from './support/feed-forward.ts';
import type { FeedForwardTensors } from './support/feed-forward.ts';
import { toTensor } from './support/host-tensor.ts';
import type { HostTensor } from './support/host-tensor.ts';

/** Rows that are one block, since there are so few, and rows that are several; more depths than a block has. */
const FEW = { rows: 33, width: 47, inner: 65 };
const MANY = { rows: 150, width: 9, inner: 330 };

const CASES = [
  ...(['linear', 'gelu', 'gelu_tanh', 'relu', 'tanh'] as const).map((activation) => ({
    ...FEW,
    activation,
  })),
  { ...MANY, activation: 'gelu' },
  { rows: 1, width: 1, inner: 1, activation: 'tanh' },
  { rows: 97, width: 333, inner: 17, activation: 'relu' },
  { rows: 5, width: 12, inner: 1100, activation: 'gelu_tanh' },
  // Blocks of the largest size, and gradients of the kernels that are summed up in parts.
  { rows: 1600, width: 5, inner: 24, activation: 'linear' },
  // No rows: gradients of 0.
  { rows: 0, width: 5, inner: 40, activation: 'gelu' },
] as const;

/** Inputs and what is expected of them, computed once for all sets of kernels. */
const REFERENCES = CASES.map((each) => {
  const inputs = feedForwardInputs(each, each.activation, 1);
  const [float32, bfloat16] = PRECISIONS.map((precision) =>
    once(() => feedForwardReference(inputs, each.activation, precision)),
  ) as [() => Expected[], () => Expected[]];
  return { ...each, inputs, expected: { float32, bfloat16 } };
});

describeKernelSets('feedForward', PRECISIONS, ({ addon, instructionSet, precision }) => {
  const bytesOfElement = precision === 'float32' ? 4 : 2;

  test.each(REFERENCES)('$rows x $width x $inner, $activation', async (each) => {
    const { inputs, activation, expected } = each;
    const op = (...tensors: Tensor[]): Tensor[] =>
      feedForward(tensors as unknown as FeedForwardTensors, activation);
    await expectResults(inputs, op, expected[precision](), BOUND, instructionSet);
  });

  test.each([FEW, MANY])('the gradient of x is added to dy in place: $rows rows', (size) => {
    const [x, wideningKernel, wideningBias, narrowingKernel, narrowingBias, dy] = feedForwardInputs(
      size,
      'gelu',
      2,
    );
    const inputs = [x, wideningKernel, wideningBias, narrowingKernel, narrowingBias, dy];
    expectSameResults(computed(inputs), computed([...inputs, dy]));
  });

  test.each([FEW, MANY])('the number of threads changes nothing: $rows rows', (size) => {
    const inputs = feedForwardInputs(size, 'gelu', 3);
    const results = [1, 2, 3].map((threads) => {
      addon.setThreads(threads);
      return computed(inputs);
    });
    addon.setThreads(2);
    for (const result of results) expectSameResults(result, results[0]);
  });

  test.each([FEW, MANY])('NaN in one of $rows rows reaches no other result', (size) => {
    const inputs = feedForwardInputs(size, 'gelu', 4);
    const [y] = computed(inputs);
    const from = 20 * size.width;
    inputs[0].values[from + 3] = NaN;
    const [spoilt, , , , dNarrowingKernel] = computed(inputs);
    y?.fill(NaN, from, from + size.width);
    expect(spoilt?.every((value, i) => Object.is(value, y?.[i]))).toBe(true);
    expect(dNarrowingKernel?.every(Number.isNaN)).toBe(true);
  });

  test.each(['gelu', 'linear'] as const)(
    'keeps whole vectors in the precision of the products: %s',
    (activation) => {
      const backend = activeBackend();
      const bytes = tidy(() => {
        const [x, wideningKernel, wideningBias, narrowingKernel, narrowingBias] = feedForwardInputs(
          FEW,
          activation,
          5,
        ).map(toTensor) as unknown as FeedForwardTensors;
        const network = { x, wideningKernel, wideningBias, narrowingKernel, narrowingBias };
        const { y, record } = runFeedForward(network, { activation, recording: true }, backend);
        const kept = [record?.widened, record?.slopes].flatMap((each) => each ?? []);
        const sizes = kept.map((each) => backend.values(each).byteLength);
        backend.discard(y, ...kept);
        return sizes;
      });
      const size = 33 * 96 * bytesOfElement;
      // A linear network has a slope of 1 throughout.
      expect(bytes).toEqual(activation === 'linear' ? [size] : [size, size]);
    },
  );

  test('what is kept of a large network goes past the caches, where its address allows it', () => {
    const [rows, width, inner] = [8200, 3, 256];
    const [x, kernel] = [randomFloats(rows * width, 1), randomFloats(inner * width, 2)];
    const [bias, y] = [randomFloats(inner, 3), new Float32Array(rows * width)];
    const kept = (offset: number): Float32Array[] => {
      const [widened, slopes] = [1, 2].map(() => {
        const words = (rows * inner * bytesOfElement) / 4;
        const buffer = new ArrayBuffer(4 * words + 128);
        return new Float32Array(buffer, addon.alignBuffer(buffer) + offset, words).fill(NaN);
      }) as [Float32Array, Float32Array];
      const elements = ({ buffer, byteOffset, length }: Float32Array) =>
        precision === 'float32'
          ? new Float32Array(buffer, byteOffset, length)
          : new Int32Array(buffer, byteOffset, length);
      // prettier-ignore
      addon.feedForward(rows, width, inner, ACTIVATION_CODES.gelu, bytesOfElement === 4 ? 0 : 1, kernel, kernel, x, bias,
        new Float32Array(width), y, elements(widened), elements(slopes));
      return [widened, slopes];
    };
    expectSameResults(kept(0), kept(4));
  });

  test('memory of the wrong size is refused', () => {
    const code = precision === 'float32' ? 0 : 1;
    const [one, two] = [new Float32Array(1), new Float32Array(2)];
    const elements = precision === 'float32' ? new Float32Array(32) : new Int32Array(16);
    const { gelu } = ACTIVATION_CODES;
    expect(() => {
      addon.feedForward(1, 1, 1, gelu, code, one, one, two, one, one, one, null, null);
    }).toThrow('feedForward: argument x has 2 elements where 1 are expected.');
    expect(() => {
      const short = elements.subarray(1);
      addon.feedForward(1, 1, 1, gelu, code, one, one, one, one, one, one, short, elements);
    }).toThrow(
      `argument widened has ${elements.length - 1} elements where ${elements.length} are expected.`,
    );
    expect(() => {
      // prettier-ignore
      addon.feedForwardGradient(1, 1, 1, gelu, code, one, one, elements, null, one, one, one, one, one, one, one);
    }).toThrow('feedForwardGradient: argument slopes is needed.');
  });
});

/** On the backend as it is set up. */
function computed(inputs: readonly HostTensor[]): Float32Array[] {
  return tidy(() =>
    feedForward(inputs.map(toTensor) as unknown as FeedForwardTensors, 'gelu').map((each) =>
      each.dataSync<'float32'>(),
    ),
  );
}

function expectSameResults(actual: Float32Array[], expected: Float32Array[] | undefined): void {
  expect(actual).toHaveLength(expected?.length ?? NaN);
  for (const [i, values] of actual.entries()) expectEqualBits(values, expected?.[i]);
}
