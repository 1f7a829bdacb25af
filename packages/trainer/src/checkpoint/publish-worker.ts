// The thread in which a checkpoint is synced, hashed and renamed while the next updates are computed.
import { parentPort, workerData } from 'node:worker_threads';

import { DurableWriteError, nodeFileSystem } from '@malmoi/safetensors/node';

import { publishCheckpoint, type PublishJob } from './publish-checkpoint.ts';
import type { PublishReply } from './publish-in-background.ts';

async function publish(): Promise<PublishReply> {
  try {
    await publishCheckpoint(workerData as PublishJob, nodeFileSystem);
    return { kind: 'written' };
  } catch (error) {
    if (error instanceof DurableWriteError) {
      const { step, path, errno } = error;
      return { kind: 'refused', step, path, errno, message: messageOf(error.cause ?? error) };
    }
    return { kind: 'failed', message: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

parentPort?.postMessage(await publish());
