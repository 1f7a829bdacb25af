// Counts the words of files with worker threads. Which thread counts which range decides nothing: the
// tables add up to the same counts.
import { Worker } from 'node:worker_threads';

import { CorpusError, WorkerDiedError } from '../errors.ts';
import type { TrainingControl } from '../train/merge-words.ts';
import { WordScanner, type ScanTotals } from '../train/word-scanner.ts';
import { WordTable } from '../train/word-table.ts';
import type { CorpusRange } from './corpus-files.ts';
import { countRange } from './count-range.ts';
import type { CountReply, CountRequest, CountWorkerData } from './count-messages.ts';
import { workerFile } from './worker-file.ts';

export interface CountFilesOptions extends TrainingControl {
  /** How many threads count at most. */
  readonly threads: number;
  /** What the threads run. Default: count-worker beside this file. */
  readonly worker?: URL;
}

/**
 * Counts all words of the ranges. A single range is counted right here: that takes less time than a
 * thread takes to start. No thread is left running when the promise settles.
 * @param classes for WordScanner
 * @throws CorpusError when a file cannot be read
 * @throws WorkerDiedError when a thread ends before its work is done
 */
export async function countFiles(
  ranges: readonly CorpusRange[],
  classes: Uint8Array,
  options: CountFilesOptions,
): Promise<{ table: WordTable; totals: ScanTotals }> {
  const [first, ...others] = ranges;
  if (first !== undefined && others.length === 0) {
    const scanner = new WordScanner(classes);
    countRange(first, scanner);
    options.onProgress?.({ stage: 'count', done: first.end, total: first.end });
    return scanner;
  }
  const pool = new CountingPool(ranges, classes, options);
  try {
    return await pool.run();
  } finally {
    await pool.close();
  }
}

class CountingPool {
  readonly #ranges: readonly CorpusRange[];
  readonly #options: CountFilesOptions;
  readonly #workers: Worker[];
  readonly #tables: WordTable[] = [];
  readonly #totals: ScanTotals = { words: 0, eojeols: 0, cuts: 0 };
  #next = 0;
  #bytesDone = 0;

  constructor(ranges: readonly CorpusRange[], classes: Uint8Array, options: CountFilesOptions) {
    this.#ranges = ranges;
    this.#options = options;
    const file = options.worker ?? workerFile('count-worker', import.meta.url);
    const workerData: CountWorkerData = { classes };
    const count = Math.min(options.threads, ranges.length);
    this.#workers = Array.from({ length: count }, () => new Worker(file, { workerData }));
  }

  async run(): Promise<{ table: WordTable; totals: ScanTotals }> {
    const { signal } = this.#options;
    let stop = (): void => undefined;
    const aborted = new Promise<void>((resolve) => {
      stop = resolve;
    });
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const counted = this.#workers.map((worker) => this.#drive(worker));
      await Promise.race([Promise.all(counted), aborted]);
      signal?.throwIfAborted();
    } finally {
      signal?.removeEventListener('abort', stop);
    }
    return { table: this.#join(), totals: this.#totals };
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  /** Gives a worker range after range until none is left, then takes over its table. */
  #drive(worker: Worker): Promise<void> {
    return new Promise((resolve, reject) => {
      let current: CorpusRange | undefined;
      worker.on('message', (reply: CountReply) => {
        switch (reply.kind) {
          case 'ready':
            if (current !== undefined) this.#progress(current);
            current = this.#ranges[this.#next++];
            send(
              worker,
              current === undefined ? { kind: 'finish' } : { kind: 'count', range: current },
            );
            break;
          case 'counted':
            this.#take(reply);
            resolve();
            break;
          case 'failed':
            reject(new CorpusError(reply.file, reply.problem));
        }
      });
      worker.on('error', (cause) => {
        reject(new WorkerDiedError(`A counting thread failed: ${cause.message}`, { cause }));
      });
      worker.on('exit', (code) => {
        reject(new WorkerDiedError(`A counting thread ended early, with exit code ${code}.`));
      });
    });
  }

  #progress({ start, end }: CorpusRange): void {
    this.#bytesDone += end - start;
    const total = this.#ranges.reduce((sum, range) => sum + range.end - range.start, 0);
    this.#options.onProgress?.({ stage: 'count', done: this.#bytesDone, total });
  }

  #take(reply: Extract<CountReply, { kind: 'counted' }>): void {
    this.#tables.push(new WordTable(reply.table));
    this.#totals.words += reply.totals.words;
    this.#totals.eojeols += reply.totals.eojeols;
    this.#totals.cuts += reply.totals.cuts;
  }

  /** All tables in one: the others go into the largest. */
  #join(): WordTable {
    const [largest = new WordTable(), ...others] = this.#tables.sort((a, b) => b.size - a.size);
    for (const table of others) largest.addAll(table);
    return largest;
  }
}

function send(worker: Worker, request: CountRequest): void {
  worker.postMessage(request);
}
