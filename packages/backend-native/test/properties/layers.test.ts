// The layers that multiply matrices, in float32 and bfloat16, at random sizes, against float64 on factors rounded to the
// precision. What a kernel rounds that it has itself computed, such as probabilities, may cost one rounding of each term.
import { beforeAll, test } from '@jest/globals';
import { attention, dense, dropoutMask, maskedLmLoss } from '@malmoi/ops';
import type { DropoutSpec } from '@malmoi/ops';
import { valueAndGrads, type Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';

import { attentionReference, type AttentionCase } from '../attention-reference.ts';
import { IGNORED, lossReference } from '../cross-entropy-reference.ts';
import { BOUND, feedForwardInputs, feedForwardReference } from '../feed-forward-reference.ts';
import { describeInPrecisions, FLOAT32_SUM } from '../instruction-sets.ts';
import { registerBackends } from '../support/backends.ts';
import { BFLOAT16_ROUNDING, rounded, roundToBfloat16 } from '../support/bfloat16.ts';
import { EXACT, expectOnNative, type Expected } from '../support/compare.ts';
import { feedForward } from '../support/feed-forward.ts';
import type { FeedForwardTensors } from '../support/feed-forward.ts';
import {
  axisSizes,
  axisSizesOrEmpty,
  hostTensor,
  type HostTensor,
  randomFrom,
  seeds,
} from '../support/host-tensor.ts';
import { product, sumOfRows } from '../support/matrix-reference.ts';

beforeAll(registerBackends);

type Three = [Tensor, Tensor, Tensor];

describeInPrecisions('dense', (precision) => {
  const round = precision === 'float32' ? (x: HostTensor): HostTensor => x : rounded;
  const layers = fc.record({
    rows: axisSizesOrEmpty,
    inputs: axisSizes,
    outputs: axisSizes,
    seed: seeds,
  });

  /** x, kernel, bias, dy. */
  function tensorsOf(
    { rows, inputs, outputs, seed }: Record<'rows' | 'inputs' | 'outputs' | 'seed', number>,
    kind: 'exact' | 'real',
  ): [HostTensor, HostTensor, HostTensor, HostTensor] {
    return [
      hostTensor([rows, inputs], { kind, seed }),
      hostTensor([outputs, inputs], { kind, seed: seed + 1 }),
      hostTensor([outputs], { kind, seed: seed + 2 }),
      hostTensor([rows, outputs], { kind, seed: seed + 3 }),
    ];
  }

  const run =
    (activation: 'linear' | 'relu') =>
    (...[x, kernel, bias, dy]: Tensor[]): Tensor[] => {
      const layer = (...parameters: Tensor[]): Tensor =>
        dense(...(parameters as Three), { activation });
      const { value, grads } = valueAndGrads(layer)([x, kernel, bias] as Tensor[], dy);
      return [value, ...grads];
    };

  /** y, dx, dkernel and dbias. */
  function reference(
    [x, kernel, bias, dy]: readonly [HostTensor, HostTensor, HostTensor, HostTensor],
    activation: 'linear' | 'relu',
  ): Expected[] {
    const z = product(round(x), round(kernel), false, true);
    const [, outputs = 0] = z.shape;
    const sums = Float32Array.from(z.values, (sum, i) => sum + (bias.values[i % outputs] ?? NaN));
    const isOff = (i: number): boolean => activation === 'relu' && !((sums[i] ?? NaN) > 0);
    const y = { ...z, values: sums.map((sum, i) => (isOff(i) ? 0 : sum)) };
    const dz = { ...dy, values: Float32Array.from(dy.values, (each, i) => (isOff(i) ? 0 : each)) };
    return [
      y,
      product(round(dz), round(kernel), false, false),
      product(round(dz), round(x), true, false),
      sumOfRows(dz),
    ];
  }

  test.each(['linear', 'relu'] as const)(
    '%s: value and gradients are exact where float32 can be',
    async (activation) => {
      await fc.assert(
        fc.asyncProperty(layers, async (sizes) => {
          const tensors = tensorsOf(sizes, 'exact');
          const expected = reference(tensors, activation);
          await expectOnNative(tensors, run(activation), expected, EXACT, precision);
        }),
        { numRuns: 20 },
      );
    },
  );

  test('value and gradients are as close to float64 as float32 allows, once the factors are rounded', async () => {
    await fc.assert(
      fc.asyncProperty(layers, async (sizes) => {
        const tensors = tensorsOf(sizes, 'real');
        const tolerance = { absolute: 0, relative: 2 ** -22, ofScale: FLOAT32_SUM };
        const expected = reference(tensors, 'linear');
        await expectOnNative(tensors, run('linear'), expected, tolerance, precision);
      }),
      { numRuns: 20 },
    );
  });
});

describeInPrecisions('feed-forward network', (precision) => {
  const networks = fc.record({
    rows: axisSizesOrEmpty,
    width: axisSizes,
    inner: axisSizes,
    activation: fc.constantFrom('linear', 'gelu', 'gelu_tanh', 'relu', 'tanh'),
    seed: seeds,
  });

  test('value and gradients', async () => {
    const property = fc.asyncProperty(networks, async ({ activation, seed, ...size }) => {
      const inputs = feedForwardInputs(size, activation, seed);
      const expected = feedForwardReference(inputs, activation, precision);
      const op = (...tensors: Tensor[]): Tensor[] =>
        feedForward(tensors as unknown as FeedForwardTensors, activation);
      await expectOnNative(inputs, op, expected, BOUND, precision);
    });
    await fc.assert(property, { numRuns: 20 });
  });
});

describeInPrecisions('attention', (precision) => {
  const problems = fc.record({
    batch: fc.integer({ min: 1, max: 2 }),
    queries: axisSizes,
    length: axisSizes,
    heads: fc.integer({ min: 1, max: 2 }),
    headSize: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(15, 16, 17, 33)),
    masked: fc.boolean(),
    dropout: fc.boolean(),
    seed: seeds,
  });

  /** What the kernels multiply: queries are scaled before they are rounded. */
  function roundFactors(inputs: AttentionCase): AttentionCase {
    if (precision === 'float32') return inputs;
    const scale = Math.fround(1 / Math.fround(Math.sqrt(inputs.headSize)));
    return {
      ...inputs,
      query: roundToBfloat16(inputs.query.map((each) => each * scale)).map((each) => each / scale),
      key: roundToBfloat16(inputs.key),
      value: roundToBfloat16(inputs.value),
      dContext: roundToBfloat16(inputs.dContext),
    };
  }

  test.each(['finite', 'not finite'])('values are %s', async (kind) => {
    const property = fc.asyncProperty(problems, async (problem) => {
      const { batch, queries, length, heads, headSize, masked, seed } = problem;
      const random = randomFrom(seed);
      const [ofQueries, ofKeys] = [queries, length].map((rows) => [
        batch,
        rows,
        heads * headSize,
      ]) as [number[], number[]];
      const shapes = [ofQueries, ofKeys, ofKeys, ofQueries];
      const [query, key, value, dContext] = shapes.map((shape, part) =>
        quarter(hostTensor(shape, { seed: seed + part })),
      ) as [HostTensor, HostTensor, HostTensor, HostTensor];
      if (kind === 'not finite') {
        const { values } = random() < 0.5 ? value : dContext;
        values[Math.floor(random() * values.length)] = random() < 0.5 ? NaN : Infinity;
      }
      const mask = hostTensor([batch, length], { kind: 'exact' });
      for (let i = 0; i < mask.values.length; i++) {
        mask.values[i] = masked && random() < 0.3 ? 0 : 1;
      }
      const rate = problem.dropout ? 0.3 : 0;
      const dropout: DropoutSpec = { rate, seed, step: 1, site: 'attention' };
      const expected = attentionReference(
        roundFactors({
          ...{ batch, queries, length, heads, headSize },
          query: query.values as Float32Array,
          key: key.values as Float32Array,
          value: value.values as Float32Array,
          dContext: dContext.values as Float32Array,
          mask: mask.values as Float32Array,
          dropped: dropoutMask(dropout, batch * heads * queries * length),
        }),
      ).map(({ values, magnitudes: scale }, i) => ({
        ...{ shape: [ofQueries, ...shapes][i] ?? [], dtype: 'float32' as const, scale },
        values: Float32Array.from(values),
      }));
      const op = (...[q, k, v, allowed, dy]: Tensor[]): Tensor[] => {
        const options = { numHeads: heads, ...(allowed && { mask: allowed }), dropout };
        const context = (...parts: Tensor[]): Tensor => attention(...(parts as Three), options);
        const { value: result, grads } = valueAndGrads(context)([q, k, v] as Tensor[], dy);
        return [result, ...grads];
      };
      // Probabilities, and the gradients of the scores, are rounded once; their differences are float32's.
      const ofScale = (precision === 'float32' ? 0 : BFLOAT16_ROUNDING * 1.01) + FLOAT32_SUM;
      const tolerance = { absolute: 1e-5, relative: 1e-6, ofScale };
      await expectOnNative([query, key, value, mask, dContext], op, expected, tolerance, precision);
    });
    await fc.assert(property, { numRuns: kind === 'finite' ? 15 : 8 });
  });
});

/** Elements in (-1, 1). */
function quarter(tensor: HostTensor): HostTensor {
  for (let i = 0; i < tensor.values.length; i++) tensor.values[i] = (tensor.values[i] ?? NaN) / 4;
  return tensor;
}

describeInPrecisions('masked-LM loss', (precision) => {
  const round = precision === 'float32' ? (x: HostTensor): HostTensor => x : rounded;
  const problems = fc.record({
    count: axisSizes,
    width: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(15, 16, 17, 33)),
    classes: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(383, 384, 385, 400)),
    seed: seeds,
  });

  test('loss and gradients', async () => {
    const property = fc.asyncProperty(problems, async ({ count, width, classes, seed }) => {
      const hidden = quarter(hostTensor([count, width], { seed }));
      const kernel = quarter(hostTensor([classes, width], { seed: seed + 1 }));
      const bias = hostTensor([classes], { seed: seed + 2 });
      const weights = hostTensor([count], { kind: 'exact', seed: seed + 3 });
      for (let i = 0; i < count; i++) weights.values[i] = Math.abs(weights.values[i] ?? NaN);
      const random = randomFrom(seed + 4);
      const labels: HostTensor = {
        ...{ shape: [count], dtype: 'int32' },
        values: Int32Array.from({ length: count }, () =>
          random() < 0.2 ? IGNORED : Math.floor(random() * classes),
        ),
      };
      const op = (...given: Tensor[]): Tensor[] => {
        const [, , , labelled, weighted] = given as [...Three, Tensor, Tensor];
        const options = { weights: weighted, reduction: 'sum' } as const;
        const loss = (...parameters: Tensor[]): Tensor =>
          maskedLmLoss(...(parameters as Three), labelled, options);
        const { value, grads } = valueAndGrads(loss)(given.slice(0, 3));
        return [value, ...grads];
      };
      const [h, k] = [round(hidden), round(kernel)];
      const { loss, dLogits } = lossReference({
        ...{ count, width, classes },
        hidden: h.values as Float32Array,
        kernel: k.values as Float32Array,
        bias: bias.values as Float32Array,
        labels: labels.values as Int32Array,
        weights: weights.values as Float32Array,
      });
      const dz: HostTensor = {
        ...{ shape: [count, classes], dtype: 'float32' },
        values: Float32Array.from(dLogits),
      };
      const expected: Expected[] = [
        { shape: [], dtype: 'float32', values: Float32Array.of(loss), scale: [0] },
        product(dz, k, false, false),
        product(dz, h, true, false),
        sumOfRows(dz),
      ];
      // The exponentials are kept in bfloat16, and their product with a factor is rounded once more.
      const ofScale = (precision === 'float32' ? 0 : 2.02 * BFLOAT16_ROUNDING) + 16 * FLOAT32_SUM;
      const tolerance = { absolute: 1e-6 * count, relative: 1e-5, ofScale };
      await expectOnNative(
        [hidden, kernel, bias, labels, weights],
        op,
        expected,
        tolerance,
        precision,
      );
    });
    await fc.assert(property, { numRuns: 10 });
  });
});
