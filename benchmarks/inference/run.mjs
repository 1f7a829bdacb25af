// Measures the forward pass of BERT with its masked-LM head beside PyTorch and transformers, in turn: one short
// sentence and a batch, all positions and the masked ones alone. See README.md.
// Usage: node run.mjs [--models mini,base] [--contestants ...] [--rounds 3] [--seconds 2] [--threads N]
import { fileURLToPath } from 'node:url';

import { shown, summarize } from '../contest.mjs';
import { runModelContests } from '../model-contest.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const ours = [process.execPath, here('ours.mjs')];
const torch = [process.env.PYTHON ?? 'python3', here('peer.py')];

/** What can be measured, by name: how it is called, and its settings. */
const CONTESTANTS = {
  'native float32': [ours, { backend: 'native', precision: 'float32' }],
  'torch float32': [torch, { precision: 'float32' }],
  'native bfloat16': [ours, { backend: 'native', precision: 'bfloat16' }],
  'torch bfloat16': [torch, { precision: 'bfloat16' }],
  tensorflow: [ours, { backend: 'tensorflow' }],
  wasm: [ours, { backend: 'wasm' }],
};
const SHAPES = [
  { batchSize: 1, length: 16 },
  { batchSize: 32, length: 128 },
];

await runModelContests(CONTESTANTS, {
  models: 'mini,base',
  seconds: '2',
  onlyIfNamed: ['tensorflow', 'wasm'],
  settingsOf: () => ({ shapes: SHAPES }),
  print,
});

function print(entries) {
  console.log('milliseconds, median (minimum)');
  console.table(
    entries.map(({ name, results }) => {
      const columns = Object.keys(results[0].milliseconds).map((row) => {
        const { median, minimum } = summarize(results.map((result) => result.milliseconds[row]));
        return [row, `${shown(median)} (${shown(minimum)})`];
      });
      const megabytes = Math.max(...results.map((result) => result.megabytes)).toFixed(0);
      const [{ version }] = results;
      return { '': name, ...Object.fromEntries(columns), 'peak MB': megabytes, version };
    }),
  );
}
