/* eslint-disable jest/no-export -- the test file of each backend runs this suite */
// What a backend must compute for the models of this package. Written for a backend's name, so that
// every backend runs the same suite: describeModelConformance('wasm', setUp, tolerance).
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { valueAndGradients } from '../src/index.ts';

import { compare, LargestErrors, type Tolerance } from './closeness.ts';
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

/** Settings of the suite. */
export interface ConformanceOptions {
  /** What the title says beside the backend's name, e.g. `avx2, float32`. */
  readonly variant?: string;
  readonly tolerance?: Tolerance;
  /** How far a loss with dropout may be from that of the CPU backend, 3.0. Default 5e-5. */
  readonly lossTolerance?: number;
  /** Why this machine cannot run it. The suite is then one skipped test that says so. */
  readonly unavailable?: string | undefined;
}

/**
 * Declares the suite.
 *
 * @param backendName as in `tf.setBackend`.
 * @param setUp registers and readies the backend.
 */
export function describeModelConformance(
  backendName: string,
  setUp: () => Promise<unknown>,
  options: ConformanceOptions = {},
): void {
  const { variant, tolerance = backendTolerance, lossTolerance, unavailable } = options;
  const name = variant === undefined ? backendName : `${backendName} (${variant})`;
  const declare = unavailable === undefined ? describe : describe.skip;
  declare(`BERT on ${name}${unavailable === undefined ? '' : `: not run, ${unavailable}`}`, () => {
    beforeAll(setUp);

    test('is what computes', () => {
      expect(tf.getBackend()).toBe(backendName);
    });
    if (unavailable !== undefined) return;

    const errors = new LargestErrors();
    afterAll(() => {
      process.stdout.write(`BERT on ${name}: ${errors.toString()}\n`);
    });

    function check(
      caseName: string,
      fixture: ParityCase,
      actual: ReadonlyMap<string, tf.Tensor>,
    ): void {
      const wrong = [...actual].flatMap(([tensorName, tensor]) => {
        const expected = fixture.expected.get(tensorName);
        if (expected === undefined) {
          return [`${tensorName} was not expected`];
        }
        const where = `${caseName}: ${tensorName}`;
        const closeness = compare(tensor, expected, tolerance, where);
        const { error, relativeError, isClose } = closeness;
        errors.add(where, closeness);
        return isClose ? [] : [`${tensorName} is off by ${error}, ${relativeError} of its largest`];
      });
      expect(wrong).toEqual([]);
    }

    test.each(parityCases)('%s: the outputs of transformers', (caseName) => {
      const fixture = loadParityCase(caseName);
      const expectedNames = [...fixture.expected.keys()].filter((key) => !isGradient(key));
      const output = fixture.model.forward(fixture.inputs, {
        outputHiddenStates: expectedNames.includes('hidden_states/0'),
        outputAttentions: expectedNames.includes('attentions/0'),
      });
      const compared = [...flattenOutput(output)].filter(([key]) => expectedNames.includes(key));
      expect(compared.map(([key]) => key).sort()).toEqual(expectedNames.sort());
      check(caseName, fixture, new Map(compared));
      disposeAll(output);
      fixture.dispose();
    });

    test.each(lossCases)('%s: every gradient of transformers', (caseName) => {
      const fixture = loadParityCase(caseName);
      const { outputs, gradients } = valueAndGradients(fixture.model, () =>
        computeLoss(fixture.model, fixture.inputs),
      );
      const named = [...gradients].map(([key, tensor]): [string, tf.Tensor] => [
        `grad/${key}`,
        tensor,
      ]);
      const expectedNames = [...fixture.expected.keys()].filter(isGradient);
      expect(named.map(([key]) => key).sort()).toEqual(expectedNames.sort());
      check(caseName, fixture, new Map([...named, ['loss', outputs.loss]]));
      disposeAll(outputs);
      tf.dispose([...gradients.values()]);
      fixture.dispose();
    });

    describeModelBehaviour(lossTolerance);
  });
}

function isGradient(name: string): boolean {
  return name.startsWith('grad/');
}
