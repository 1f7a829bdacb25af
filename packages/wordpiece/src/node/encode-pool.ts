// Worker threads that encode chunks. Each answers in the order it was asked; the first that fails fails
// everything that is still waited for.
import { Worker } from 'node:worker_threads';

import type { LineEncoder } from '../encode-lines.ts';
import { WorkerDiedError } from '../errors.ts';
import type { EncodeReply, EncodeRequest, EncodeWorkerData } from './encode-messages.ts';
import { workerFile } from './worker-file.ts';

/** Something that encodes chunks. */
export interface ChunkEncoder {
  /** Encodes a chunk, whose buffer may be handed over. */
  encode(bytes: Uint8Array<ArrayBuffer>): Promise<EncodeReply>;
  /** Ends it; what is still waited for is rejected with `reason`. */
  close(reason?: Error): Promise<void>;
}

/** Encodes on the calling thread. */
export class LocalEncoder implements ChunkEncoder {
  readonly #encoder: LineEncoder;
  #failure: Error | undefined;

  constructor(encoder: LineEncoder) {
    this.#encoder = encoder;
  }

  encode(bytes: Uint8Array<ArrayBuffer>): Promise<EncodeReply> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return Promise.resolve(this.#encoder.encode(bytes));
  }

  close(reason: Error = new WorkerDiedError('Encoding was ended.')): Promise<void> {
    this.#failure ??= reason;
    return Promise.resolve();
  }
}

interface Waiting {
  readonly resolve: (reply: EncodeReply) => void;
  readonly reject: (error: Error) => void;
}

export class EncodePool implements ChunkEncoder {
  readonly #workers: Worker[];
  readonly #waiting: Waiting[][];
  #next = 0;
  #failure: Error | undefined;

  /** @param file what the threads run; default encode-worker beside this file */
  constructor(
    threads: number,
    workerData: EncodeWorkerData,
    file: URL = workerFile('encode-worker', import.meta.url),
  ) {
    this.#workers = Array.from({ length: threads }, () => new Worker(file, { workerData }));
    this.#waiting = this.#workers.map(() => []);
    for (const [index, worker] of this.#workers.entries()) this.#listen(worker, index);
  }

  /** Rejects with WorkerDiedError. */
  encode(bytes: Uint8Array<ArrayBuffer>): Promise<EncodeReply> {
    const index = this.#next;
    this.#next = (index + 1) % this.#workers.length;
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      this.#waiting[index]?.push({ resolve, reject });
      const request: EncodeRequest = { bytes };
      this.#workers[index]?.postMessage(request, [bytes.buffer]);
    });
  }

  async close(reason: Error = new WorkerDiedError('Encoding was ended.')): Promise<void> {
    this.#fail(reason);
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #listen(worker: Worker, index: number): void {
    worker.on('message', (reply: EncodeReply) => this.#waiting[index]?.shift()?.resolve(reply));
    worker.on('error', (cause) => {
      this.#fail(new WorkerDiedError(`An encoding thread failed: ${cause.message}`, { cause }));
    });
    worker.on('exit', (code) => {
      this.#fail(new WorkerDiedError(`An encoding thread ended early, with exit code ${code}.`));
    });
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const waiting of this.#waiting.flatMap((list) => list.splice(0))) {
      waiting.reject(this.#failure);
    }
  }
}
