// Against transformers' factors; test/fixtures/schedules/generate.py made them.
import { readFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { ArgumentError } from '../arguments/argument-error.ts';
import {
  createLearningRateSchedule,
  learningRateSchedules,
  type LearningRateScheduleName,
} from './learning-rate-schedule.ts';

interface Reference {
  readonly warmup_steps: number;
  readonly total_steps: number;
  readonly power: number;
  readonly learning_rate: number;
  readonly factors: Readonly<Record<LearningRateScheduleName, readonly number[]>>;
}

const reference = JSON.parse(
  readFileSync(new URL('../../test/fixtures/schedules/schedules.json', import.meta.url), 'utf8'),
) as Reference;

describe('schedules', () => {
  test.each(learningRateSchedules)('%s is that of transformers at every step', (name) => {
    const { learning_rate: learningRate } = reference;
    const rate = createLearningRateSchedule(name, {
      learningRate,
      warmupSteps: reference.warmup_steps,
      totalSteps: reference.total_steps,
      power: reference.power,
    });
    // Past the end of the run transformers' cosine would rise again; this one stays where it ended.
    const steps = name === 'cosine' ? reference.total_steps + 1 : undefined;
    const factors = reference.factors[name].slice(0, steps);
    expect(factors.length).toBeGreaterThan(reference.total_steps);
    const worst = Math.max(
      ...factors.map((factor, step) => Math.abs(rate(step) / learningRate - factor)),
    );
    expect(worst).toBeLessThan(1e-12);
  });

  test('without a warm-up the first update has the peak rate', () => {
    for (const name of learningRateSchedules) {
      const options = { learningRate: 0.1, warmupSteps: 0, totalSteps: 10 };
      expect(createLearningRateSchedule(name, options)(0)).toBe(0.1);
    }
  });

  test('rates stay between 0 and the peak, whatever the lengths', () => {
    const lengths = fc.record({
      warmupSteps: fc.nat(50),
      totalSteps: fc.integer({ min: 1, max: 100 }),
      step: fc.nat(200),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...learningRateSchedules),
        lengths,
        (name, { warmupSteps, totalSteps, step }) => {
          const options = { learningRate: 0.5, warmupSteps, totalSteps };
          const rate = createLearningRateSchedule(name, options)(step);
          return rate >= 0 && rate <= 0.5;
        },
      ),
    );
  });

  test('a polynomial that would rise is refused', () => {
    const options = { learningRate: 1e-8, warmupSteps: 0, totalSteps: 10 };
    expect(() => createLearningRateSchedule('polynomial', options)).toThrow(ArgumentError);
  });
});
