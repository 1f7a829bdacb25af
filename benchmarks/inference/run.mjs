// Measures the forward pass of BERT with its masked-LM head beside PyTorch and transformers, in turn: one short
// sentence and a batch, all positions and the masked ones alone. See README.md.
// Usage: node run.mjs [--models mini,base] [--contestants ...] [--rounds 3] [--seconds 2] [--threads N]
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { bertModels } from '../bert-models.mjs';
import { checkNames, machineLine, requireBuild, runContest, summarize } from '../contest.mjs';

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

const { values } = parseArgs({
  options: {
    models: { type: 'string', default: 'mini,base' },
    contestants: {
      type: 'string',
      default: 'native float32;torch float32;native bfloat16;torch bfloat16',
    },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '2' },
    threads: { type: 'string', default: String(availableParallelism()) },
  },
});
const models = values.models.split(',');
const names = values.contestants.split(';');
checkNames('--models', models, Object.keys(bertModels));
checkNames('--contestants', names, Object.keys(CONTESTANTS));
requireBuild();

console.log(`${machineLine()}; ${values.threads} threads, ${values.rounds} rounds in turn`);
const threads = Number(values.threads);
const env = { TF_NUM_INTRAOP_THREADS: values.threads, TF_CPP_MIN_LOG_LEVEL: '3' };
for (const model of models) {
  const sizes = bertModels[model];
  const common = { sizes, shapes: SHAPES, threads, seconds: Number(values.seconds) };
  const contestants = names.map((name) => {
    const [command, settings] = CONTESTANTS[name];
    return { name, command, settings: { ...common, ...settings }, env };
  });
  console.log(`\n${model}: ${JSON.stringify(sizes)}; milliseconds, median (minimum)`);
  print(await runContest(contestants, Number(values.rounds)));
}

function print(entries) {
  const shown = (value) => value.toFixed(value < 100 ? 1 : 0);
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
