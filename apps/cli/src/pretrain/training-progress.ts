// Shows how training goes, and hears signals between two updates: computing holds up the event loop.
import type { CallbackContext, LogRow, TrainerCallback } from '@malmoi/trainer';

import { formatBytes, formatCount, formatSeconds } from '../output/format-number.ts';
import type { Output } from '../output/output.ts';

/** A callback of the trainer that prints through the command's output. */
export class TrainingProgress implements TrainerCallback {
  readonly #output: Output;
  #started = 0;
  #tokensBefore = 0;
  #stepsBefore = 0;
  #line = '';

  constructor(output: Output) {
    this.#output = output;
  }

  onTrainBegin({ state }: CallbackContext): void {
    this.#started = performance.now();
    this.#tokensBefore = state.numInputTokensSeen;
    this.#stepsBefore = state.globalStep;
  }

  async onStepEnd({ state }: CallbackContext): Promise<void> {
    const { globalStep, maxSteps, epoch, window } = state;
    const seconds = (performance.now() - this.#started) / 1000;
    const perSecond = (globalStep - this.#stepsBefore) / seconds;
    const loss = window.steps === 0 ? '' : `  loss ${(window.loss / window.steps).toFixed(3)}`;
    const tokens = (state.numInputTokensSeen - this.#tokensBefore) / seconds;
    this.#line =
      `training  ${globalStep} of ${maxSteps}  epoch ${epoch.toFixed(2)}${loss}  ` +
      `${formatCount(tokens)} tokens/s  ETA ${formatSeconds((maxSteps - globalStep) / perSecond)}  ` +
      formatBytes(process.memoryUsage.rss());
    this.#output.progress(this.#line);
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** The evaluation showed its own progress in the meantime. */
  onEvaluate(): void {
    this.#output.progress(this.#line);
  }

  onLog({ state }: CallbackContext, row: LogRow): void {
    const figures = Object.entries(row)
      .filter(([name]) => name !== 'step' && name !== 'epoch')
      .map(([name, value]) => `${name} ${String(Number(value.toPrecision(4)))}`);
    this.#output.info(`step ${state.globalStep}  ${figures.join('  ')}`);
  }
}
