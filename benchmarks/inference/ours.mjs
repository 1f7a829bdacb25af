// One measurement of Malmoi's masked-LM forward pass, in a process of its own: prints one line of JSON.
// Usage: node ours.mjs SETTINGS (JSON: sizes, shapes, backend, precision, threads, seconds)
import { resourceUsage } from 'node:process';

import { BertForMaskedLM, createBertConfig } from '@malmoi/bert-model';
import * as tf from '@tensorflow/tfjs-core';

import { bertBatch } from '../bert-models.mjs';
import { startBackend } from '../start-backend.mjs';
import { timeCalls } from '../time-calls.mjs';

const settings = JSON.parse(process.argv.at(-1));
const { sizes, seconds } = settings;
const { packageName, device } = await startBackend(settings);
const model = new BertForMaskedLM(createBertConfig(sizes), { seed: 1 });
const time = (call) => timeCalls(call, { seconds, release: (logits) => logits.dispose() });

const milliseconds = {};
for (const { batchSize, length } of settings.shapes) {
  const batch = bertBatch({ vocabSize: sizes.vocabSize, batchSize, length });
  const inputIds = tf.tensor2d(batch.inputIds, [batchSize, length], 'int32');
  const positions = tf.tensor1d(batch.maskedPositions, 'int32');
  const row = `${batchSize} x ${length}`;
  milliseconds[`${row}, all positions`] = time(() => model.forward({ inputIds }).logits);
  milliseconds[`${row}, masked only`] = time(() => model.logitsAt({ inputIds }, positions));
  tf.dispose([inputIds, positions]);
}
model.dispose();
const megabytes = resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ milliseconds, megabytes, version: `${packageName}, ${device}` }));
