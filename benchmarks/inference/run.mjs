// Measures the forward pass of BERT with its masked-LM head beside PyTorch and transformers, in turn: one short
// sentence and a batch, all positions and the masked ones alone. See README.md.
// Usage: node run.mjs [--models mini,base] [--contestants ...] [--rounds 3] [--seconds 2] [--threads N]
import { fileURLToPath } from 'node:url';

import { shown, summarize } from '../contest.mjs';
import { runModelContests, torchContestants } from '../model-contest.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const ours = [process.execPath, here('ours.mjs')];
const torch = [process.env.PYTHON ?? 'python3', here('peer.py')];

/** What can be measured, by name: how it is called, and its settings. */
const CONTESTANTS = {
  'native bfloat16': [ours, { backend: 'native', precision: 'bfloat16' }],
  'native float32': [ours, { backend: 'native', precision: 'float32' }],
  ...torchContestants(torch, 'bfloat16'),
  ...torchContestants(torch, 'float32'),
  tensorflow: [ours, { backend: 'tensorflow' }],
  wasm: [ours, { backend: 'wasm' }],
};
const EXPLANATION = `"masked only" asks for the logits of the masked positions (15 %) alone.
native: the last layer (but for its keys and values) and the masked-LM head at these alone.
torch: transformers as it is; they are taken out of the logits of all positions.
torch, head where read: all layers at all positions, the head at the masked ones.
torch, last layer where read: the same as native.`;
const SHAPES = [
  { batchSize: 1, length: 16 },
  { batchSize: 32, length: 128 },
];

await runModelContests(CONTESTANTS, {
  models: 'mini,base',
  seconds: '2',
  onlyIfNamed: [...Object.keys(torchContestants(torch, 'float32')), 'tensorflow', 'wasm'],
  explanation: EXPLANATION,
  settingsOf: () => ({ shapes: SHAPES }),
  print,
});

function print(entries) {
  console.log('milliseconds, median (minimum)');
  const names = new Set(entries.flatMap(({ results }) => Object.keys(results[0].milliseconds)));
  console.table(
    entries.map(({ name, results }) => {
      const columns = [...names].map((column) => {
        // One that computes only what is read has nothing of its own to measure on all positions.
        if (!(column in results[0].milliseconds)) return [column, '-'];
        const samples = results.map(({ milliseconds }) => milliseconds[column]);
        const { median, minimum } = summarize(samples);
        return [column, `${shown(median)} (${shown(minimum)})`];
      });
      const megabytes = Math.max(...results.map((result) => result.megabytes)).toFixed(0);
      const [{ version }] = results;
      return { '': name, ...Object.fromEntries(columns), 'peak MB': megabytes, version };
    }),
  );
}
