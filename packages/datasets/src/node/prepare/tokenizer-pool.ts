// Tokenizes batches on worker threads. Any tokenizer that is not our own (and so cannot be sent to a thread)
// works on the calling thread, behind the same interface.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

import { WordPieceTokenizer, WorkerDiedError, type Tokenizer } from '@malmoi/wordpiece';

import { tokenizeBatch, type TextBatch, type TokenBatch } from './tokenize-batch.ts';

/** One core is left to the thread that reads and writes. */
function defaultThreads(): number {
  return Math.max(1, availableParallelism() - 1);
}

interface Pending {
  readonly resolve: (result: TokenBatch) => void;
  readonly reject: (error: Error) => void;
}

/** Threads with a tokenizer each. Close it, or its threads keep the process alive. */
export class TokenizerPool implements AsyncDisposable {
  readonly threads: number;
  private readonly workers: { worker: Worker; load: number }[] = [];
  private readonly pending = new Map<number, Pending>();
  private readonly tokenizer: Tokenizer;
  private nextId = 0;
  private failure: Error | undefined;

  /** @param threads worker threads. Tokenizers of others, and 0, use none. */
  constructor(tokenizer: Tokenizer, threads: number = defaultThreads()) {
    this.tokenizer = tokenizer;
    if (tokenizer instanceof WordPieceTokenizer) {
      for (let i = 0; i < threads; i++) this.start(tokenizer.definition);
    }
    this.threads = this.workers.length;
  }

  /** Batches that may be in work at once before the caller should wait for one. */
  get capacity(): number {
    return Math.max(1, 2 * this.threads);
  }

  /** Tokenizes a batch. Answers come in any order. @throws WorkerDiedError when a thread ends early */
  tokenize(batch: TextBatch): Promise<TokenBatch> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const [first] = this.workers;
    if (first === undefined) {
      return Promise.resolve().then(() => tokenizeBatch(batch, this.tokenizer));
    }
    const least = this.workers.reduce((a, b) => (b.load < a.load ? b : a), first);
    const id = this.nextId++;
    least.load++;
    const answer = new Promise<TokenBatch>((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
    });
    least.worker.postMessage({ id, batch });
    return answer.finally(() => {
      least.load--;
    });
  }

  /** Ends the threads; batches still in work are rejected. */
  async close(): Promise<void> {
    this.fail(new Error('the tokenizer pool was closed'));
    await Promise.all(this.workers.map(({ worker }) => worker.terminate()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private start(definition: WordPieceTokenizer['definition']): void {
    const file = import.meta.url.endsWith('.ts') ? './tokenize-worker.ts' : './tokenize-worker.js';
    const worker = new Worker(new URL(file, import.meta.url), { workerData: { definition } });
    worker.on('message', ({ id, result }: { id: number; result: TokenBatch }) => {
      this.pending.get(id)?.resolve(result);
      this.pending.delete(id);
    });
    worker.on('error', (error) => {
      this.fail(error instanceof Error ? error : new Error(String(error)));
    });
    worker.on('exit', (code) => {
      this.fail(new WorkerDiedError(`a tokenizing thread ended early, with exit code ${code}`));
    });
    this.workers.push({ worker, load: 0 });
  }

  /** The first failure is the one that is told; what waits is told it too. */
  private fail(error: Error): void {
    this.failure ??= error;
    for (const { reject } of this.pending.values()) reject(this.failure);
    this.pending.clear();
  }
}
