// A process that trains one weight, to be stopped, killed or refused by the operating system. Arguments: the output
// folder, a setting as JSON. Says `step N` after every update; prints a typed error and exits with 1.
import { setTimeout as sleep } from 'node:timers/promises';

import { useBackend } from '@malmoi/ops';

import { createTrainingArguments, stopOnSignals, Trainer } from '../../src/index.ts';
import { numbersData, oneWeight, oneWeightTask } from './one-weight.ts';

/** What a test asks of this process. */
export interface ChildOptions {
  readonly maxSteps: number;
  readonly saveSteps?: number;
  readonly resumeFromCheckpoint?: boolean;
  /** Milliseconds between updates. Default 0. */
  readonly pause?: number;
  /** The update during which the event loop is blocked until the process ends. Default: none. */
  readonly hangAt?: number;
}

const [, , outputDir = '', json = '{}'] = process.argv;
const {
  maxSteps,
  saveSteps = 1,
  resumeFromCheckpoint = false,
  pause = 0,
  hangAt,
} = JSON.parse(json) as ChildOptions;

await useBackend('cpu');
const before = process.listenerCount('SIGINT');
const trainer = new Trainer({
  task: oneWeightTask(oneWeight()),
  trainData: numbersData([1, 2, 3, 4, 5]),
  args: createTrainingArguments({ outputDir, maxSteps, saveSteps, resumeFromCheckpoint }),
  callbacks: [
    {
      onStepEnd: async ({ state: { globalStep } }) => {
        process.stdout.write(`step ${globalStep}\n`);
        await sleep(globalStep === hangAt ? 1e9 : pause);
      },
    },
  ],
});
{
  using signals = stopOnSignals(trainer, {
    onSignal: (signal) => process.stdout.write(`${signal}\n`),
  });
  try {
    await trainer.train();
    process.exitCode = signals.exitCode ?? 0;
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ ...(error as object), text: String(error) })}\n`);
    process.exitCode = 1;
  }
}
if (process.listenerCount('SIGINT') !== before) process.stdout.write('listeners left\n');
