/* eslint-disable jest/no-export -- the test file of each backend runs this suite */
// What a backend must compute for the models of this package. Written for a backend's name, so that
// every backend runs the same suite: describeModelConformance('wasm', setUp, tolerance).
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { valueAndGradients } from '../src/index.ts';

import { compare, type Tolerance } from './closeness.ts';
import { disposeAll } from './dispose-all.ts';
import { describeModelBehaviour } from './model-behaviour.ts';
import {
  computeLoss,
  flattenOutput,
  loadParityCase,
  lossCases,
  parityCases,
  type ParityCase,
} from './parity-cases.ts';

/** What the parity tests allow every backend: 1e-4 absolute, 1e-3 relative. */
const backendTolerance: Tolerance = { absolute: 1e-4, relative: 1e-3 };

/**
 * Declares the suite.
 *
 * @param backendName as in `tf.setBackend`.
 * @param setUp registers and readies the backend.
 */
export function describeModelConformance(
  backendName: string,
  setUp: () => Promise<void>,
  tolerance: Tolerance = backendTolerance,
): void {
  describe(`BERT on the ${backendName} backend`, () => {
    const largestErrors = new Map<string, number>();

    beforeAll(setUp);

    test('is what computes', () => {
      expect(tf.getBackend()).toBe(backendName);
    });

    afterAll(() => {
      const [name, error] = [...largestErrors].reduce((a, b) => (a[1] > b[1] ? a : b), ['', 0]);
      process.stdout.write(`${backendName}: largest error ${error.toExponential(1)} (${name})\n`);
    });

    function check(
      fixture: ParityCase,
      label: string,
      actual: ReadonlyMap<string, tf.Tensor>,
    ): void {
      const wrong = [...actual].flatMap(([name, tensor]) => {
        const expected = fixture.expected.get(name);
        if (expected === undefined) {
          return [`${name} was not expected`];
        }
        const { error, isClose } = compare(tensor, expected, tolerance);
        largestErrors.set(label, Math.max(largestErrors.get(label) ?? 0, error));
        return isClose ? [] : [`${name} is off by ${error}`];
      });
      expect(wrong).toEqual([]);
    }

    test.each(parityCases)('%s: the outputs of transformers', (name) => {
      const fixture = loadParityCase(name);
      const expectedNames = [...fixture.expected.keys()].filter((key) => !isGradient(key));
      const output = fixture.model.forward(fixture.inputs, {
        outputHiddenStates: expectedNames.includes('hidden_states/0'),
        outputAttentions: expectedNames.includes('attentions/0'),
      });
      const compared = [...flattenOutput(output)].filter(([key]) => expectedNames.includes(key));
      expect(compared.map(([key]) => key).sort()).toEqual(expectedNames.sort());
      check(fixture, `${name}, outputs`, new Map(compared));
      disposeAll(output);
      fixture.dispose();
    });

    test.each(lossCases)('%s: every gradient of transformers', (name) => {
      const fixture = loadParityCase(name);
      const { outputs, gradients } = valueAndGradients(fixture.model, () =>
        computeLoss(fixture.model, fixture.inputs),
      );
      const named = [...gradients].map(([key, tensor]): [string, tf.Tensor] => [
        `grad/${key}`,
        tensor,
      ]);
      const expectedNames = [...fixture.expected.keys()].filter(isGradient);
      expect(named.map(([key]) => key).sort()).toEqual(expectedNames.sort());
      check(fixture, `${name}, gradients`, new Map([...named, ['loss', outputs.loss]]));
      disposeAll(outputs);
      tf.dispose([...gradients.values()]);
      fixture.dispose();
    });

    describeModelBehaviour();
  });
}

function isGradient(name: string): boolean {
  return name.startsWith('grad/');
}
