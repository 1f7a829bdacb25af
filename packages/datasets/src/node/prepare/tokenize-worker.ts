// The worker thread of TokenizerPool: makes the tokenizer once, then answers batches in the order they come.
import { parentPort, workerData } from 'node:worker_threads';

import { IdBuffer, WordPieceTokenizer, type TokenizerDefinition } from '@malmoi/wordpiece';

import { tokenizeBatch, type TextBatch } from './tokenize-batch.ts';

const { definition } = workerData as { definition: TokenizerDefinition };
const tokenizer = new WordPieceTokenizer(definition);
const ids = new IdBuffer(1 << 16);

parentPort?.on('message', ({ id, batch }: { id: number; batch: TextBatch }) => {
  const result = tokenizeBatch(batch, tokenizer, ids);
  const { tokens, lengths, unknown } = result;
  parentPort?.postMessage({ id, result }, [
    tokens.buffer,
    lengths.buffer,
    unknown.buffer,
  ] as ArrayBuffer[]);
});
