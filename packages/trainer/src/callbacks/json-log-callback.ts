// Writes every log row as a line of JSON, for other programs to follow.
import { open, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import type { LogRow } from '../loop/trainer-state.ts';
import type { CallbackContext, TrainerCallback } from './trainer-callback.ts';

export class JsonLogCallback implements TrainerCallback {
  readonly #path: string | undefined;
  #file: FileHandle | undefined;

  /** @param path default `log.jsonl` in the output folder. */
  constructor(path?: string) {
    this.#path = path;
  }

  /** Begins with the rows that the state has, so that a resumed run's file has no row twice. */
  async onTrainBegin({ args, state }: CallbackContext): Promise<void> {
    const path = this.#path ?? join(args.outputDir, 'log.jsonl');
    await writeFile(path, state.logHistory.map(toLine).join(''));
    this.#file = await open(path, 'a');
  }

  async onLog(_context: CallbackContext, row: LogRow): Promise<void> {
    await this.#file?.appendFile(toLine(row));
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }
}

function toLine(row: LogRow): string {
  return `${JSON.stringify(row)}\n`;
}
