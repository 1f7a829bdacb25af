// Publishes a checkpoint in a thread of its own. An update computes without a pause: on this thread, writing by
// promises would advance by one call for each micro-batch, and hashing would hold the updates up.
import { Worker } from 'node:worker_threads';

import { DurableWriteError, type DurableStep } from '@malmoi/safetensors/node';

import { TrainerError } from '../trainer-error.ts';
import type { PublishJob } from './publish-checkpoint.ts';

/** How the thread ended. An error's class and fields do not survive between threads, so they are told. */
export type PublishReply =
  | { readonly kind: 'written' }
  | {
      readonly kind: 'refused';
      readonly step: DurableStep;
      readonly path: string;
      readonly errno: string | undefined;
      readonly message: string;
    }
  | { readonly kind: 'failed'; readonly message: string };

/** The thread that saves ended without having saved. */
export class CheckpointThreadError extends TrainerError {
  override readonly name = 'CheckpointThreadError';

  constructor({ outputDir, step }: PublishJob, problem: string, options?: ErrorOptions) {
    super(
      `Checkpoint ${step} in ${outputDir} could not be finished: ${problem}. The older ones are whole: ` +
        'resume from the last of them.',
      options,
    );
  }
}

/**
 * `publishCheckpoint` with the machine's file system, beside this thread.
 *
 * @throws DurableWriteError as `publishCheckpoint` does; CheckpointThreadError for anything else.
 */
export function publishInBackground(job: PublishJob): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerFile(), { workerData: job });
    worker.once('message', (reply: PublishReply) => {
      if (reply.kind === 'written') resolve();
      else reject(errorOf(job, reply));
    });
    worker.once('error', (cause) => {
      reject(new CheckpointThreadError(job, cause.message, { cause }));
    });
    // Does nothing after a message.
    worker.once('exit', (code) => {
      reject(new CheckpointThreadError(job, `its thread ended with exit code ${code}`));
    });
  });
}

function errorOf(job: PublishJob, reply: Exclude<PublishReply, { kind: 'written' }>): Error {
  if (reply.kind === 'failed') return new CheckpointThreadError(job, reply.message);
  const { step, path, errno, message } = reply;
  const cause = new Error(message);
  const known = errno === undefined ? cause : Object.assign(cause, { code: errno, errno: 0 });
  return new DurableWriteError(step, path, known);
}

/** TypeScript in the sources, JavaScript in the published package. */
function workerFile(): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new URL(`./publish-worker.${extension}`, import.meta.url);
}
