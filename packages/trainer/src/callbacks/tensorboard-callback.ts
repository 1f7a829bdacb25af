// Logs to TensorBoard, with the tags of transformers: `train/loss`, `train/learning_rate`, `eval/loss`.
import { join } from 'node:path';

import type { LogRow } from '../loop/trainer-state.ts';
import { EventFileWriter } from '../tensorboard/event-file-writer.ts';
import type { CallbackContext, TrainerCallback } from './trainer-callback.ts';

/** Options of {@link TensorBoardCallback}. */
export interface TensorBoardOptions {
  /** Where event files go. Default `runs` in the output folder. */
  readonly loggingDir?: string;
  /** Updates between two histograms of the weights. Default: none. */
  readonly histogramSteps?: number;
}

export class TensorBoardCallback implements TrainerCallback {
  readonly #options: TensorBoardOptions;
  #writer: EventFileWriter | undefined;

  constructor(options: TensorBoardOptions = {}) {
    this.#options = options;
  }

  async onTrainBegin({ args, state }: CallbackContext): Promise<void> {
    const folder = this.#options.loggingDir ?? join(args.outputDir, 'runs', args.runName ?? '');
    this.#writer = await EventFileWriter.create(folder);
    if (state.globalStep > 0) await this.#writer.restart(state.globalStep + 1);
    const settings = `\`\`\`json\n${JSON.stringify(args, null, 2)}\n\`\`\``;
    await this.#writer.text('args', settings, state.globalStep);
  }

  async onStepEnd({ model, state: { globalStep } }: CallbackContext): Promise<void> {
    const { histogramSteps } = this.#options;
    if (histogramSteps === undefined || globalStep % histogramSteps !== 0) return;
    for (const [name, variable] of model.namedParameters()) {
      await this.#writer?.histogram(`weights/${name}`, await variable.data(), globalStep);
    }
  }

  async onLog({ state: { globalStep } }: CallbackContext, row: LogRow): Promise<void> {
    for (const [name, value] of Object.entries(row)) {
      if (name !== 'step') await this.#writer?.scalar(tagOf(name), value, globalStep);
    }
  }

  async close(): Promise<void> {
    await this.#writer?.close();
    this.#writer = undefined;
  }
}

/** `eval_loss` to `eval/loss`, anything else to `train/…` (transformers' rewrite_logs). */
function tagOf(name: string): string {
  return name.startsWith('eval_') ? `eval/${name.slice('eval_'.length)}` : `train/${name}`;
}
