// Writes an event file that TensorBoard opens: `events.out.tfevents.<seconds>.<host>.<pid>.<n>`.
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

import { histogramEvent, restartEvent, scalarEvent, textEvent, versionEvent } from './events.ts';
import { histogram } from './histogram.ts';
import { tfRecord } from './tf-record.ts';

let filesOfProcess = 0;

/** An open event file. Every call appends one record; a process that is killed loses at most the last. */
export class EventFileWriter {
  readonly path: string;
  readonly #file: FileHandle;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  /** Makes a file in a folder, which is made too. */
  static async create(folder: string): Promise<EventFileWriter> {
    await mkdir(folder, { recursive: true });
    const seconds = Math.floor(Date.now() / 1000);
    const name = `events.out.tfevents.${seconds}.${hostname()}.${process.pid}.${filesOfProcess++}`;
    const path = join(folder, name);
    const writer = new EventFileWriter(path, await open(path, 'ax'));
    await writer.#append(versionEvent(wallTime()));
    return writer;
  }

  /** From this step on anew: TensorBoard hides what an earlier file has after it. */
  restart(step: number): Promise<void> {
    return this.#append(restartEvent(wallTime(), step));
  }

  scalar(tag: string, value: number, step: number): Promise<void> {
    return this.#append(scalarEvent(wallTime(), step, tag, value));
  }

  text(tag: string, text: string, step: number): Promise<void> {
    return this.#append(textEvent(wallTime(), step, tag, text));
  }

  histogram(tag: string, values: Iterable<number>, step: number): Promise<void> {
    return this.#append(histogramEvent(wallTime(), step, tag, histogram(values)));
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #append(event: Uint8Array): Promise<void> {
    await this.#file.appendFile(tfRecord(event));
  }
}

/** Seconds since 1970. */
function wallTime(): number {
  return Date.now() / 1000;
}
