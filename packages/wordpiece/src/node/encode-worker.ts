// A worker thread of encodeFiles: chunks of lines in, ids out.
import { parentPort, workerData } from 'node:worker_threads';

import { LineEncoder } from '../encode-lines.ts';
import { WordPieceTokenizer } from '../tokenizer.ts';
import type { EncodeReply, EncodeRequest, EncodeWorkerData } from './encode-messages.ts';

const { definition, maxLineBytes } = workerData as EncodeWorkerData;
const encoder = new LineEncoder(new WordPieceTokenizer(definition), maxLineBytes);

parentPort?.on('message', ({ bytes }: EncodeRequest) => {
  const reply: EncodeReply = encoder.encode(bytes);
  parentPort?.postMessage(reply, [reply.ids.buffer, reply.offsets.buffer]);
});
