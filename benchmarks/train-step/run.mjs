// Measures a whole pretraining step of Malmoi beside PyTorch and transformers, in turn; prints medians, minima and
// peak memory. See README.md.
// Usage: node run.mjs [--models keras,mini,base] [--contestants ...] [--rounds 3] [--seconds 5] [--threads N]
import { fileURLToPath } from 'node:url';

import { trainingShapes } from '../bert-models.mjs';
import { shown, summarize } from '../contest.mjs';
import { runModelContests, torchContestants } from '../model-contest.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const python = process.env.PYTHON ?? 'python3';
const ours = [process.execPath, here('ours.mjs')];
const torch = [python, here('peer.py')];
const keras = [process.env.KERAS_PYTHON ?? python, here('peer_keras.py')];

/** What can be measured, by name: how it is called, and its settings. */
const CONTESTANTS = {
  'native bfloat16': [ours, { backend: 'native', precision: 'bfloat16' }],
  'native float32': [ours, { backend: 'native', precision: 'float32' }],
  ...torchContestants(torch, 'bfloat16'),
  ...torchContestants(torch, 'float32'),
  tensorflow: [ours, { backend: 'tensorflow' }],
  keras: [keras, {}],
  wasm: [ours, { backend: 'wasm' }],
};
/** What ratios are given against. */
const PEER = 'torch bfloat16';
const EXPLANATION = `The losses read the masked positions (15 %) and the first of each sequence.
native: the last layer (but for its keys and values) and the masked-LM head at these alone.
torch: transformers as it is, everything at all positions.
torch, head where read: all layers at all positions, the head at the masked ones.
torch, last layer where read: the same as native.`;

await runModelContests(CONTESTANTS, {
  models: 'keras,mini,base',
  seconds: '5',
  onlyIfNamed: [...Object.keys(torchContestants(torch, 'float32')), 'wasm'],
  explanation: EXPLANATION,
  settingsOf: (model) => trainingShapes[model],
  // Keras' example is a model of its own.
  enters: (name, model) => name !== 'keras' || model === 'keras',
  print,
});

function print(entries) {
  const times = new Map(
    entries.map(({ name, results }) => [name, summarize(results.map((r) => r.milliseconds))]),
  );
  const peer = times.get(PEER)?.median;
  console.table(
    entries.map(({ name, results }) => {
      const { median, minimum } = times.get(name);
      return {
        '': name,
        'median ms': shown(median),
        'minimum ms': shown(minimum),
        'median CPU ms': shown(summarize(results.map((r) => r.cpuMilliseconds)).median),
        [`times ${PEER}`]: peer === undefined ? '-' : (peer / median).toFixed(2),
        'peak MB': Math.max(...results.map(({ megabytes }) => megabytes)).toFixed(0),
        'loss of step 1': results[0].loss.toFixed(3),
        steps: results.flatMap(({ milliseconds }) => milliseconds).length,
        version: results[0].version,
      };
    }),
  );
}
