// Measures a whole pretraining step of Malmoi beside PyTorch and transformers, in turn; prints medians, minima and
// peak memory. See README.md.
// Usage: node run.mjs [--models keras,mini,base] [--contestants ...] [--rounds 3] [--seconds 5] [--threads N]
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { bertModels, trainingShapes } from '../bert-models.mjs';
import { checkNames, machineLine, requireBuild, runContest, summarize } from '../contest.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const python = process.env.PYTHON ?? 'python3';
const ours = [process.execPath, here('ours.mjs')];
const torch = [python, here('peer.py')];
const keras = [process.env.KERAS_PYTHON ?? python, here('peer_keras.py')];

/** What can be measured, by name: how it is called, and its settings. */
const CONTESTANTS = {
  'native bfloat16': [ours, { backend: 'native', precision: 'bfloat16' }],
  'torch bfloat16': [torch, { precision: 'bfloat16', maskedOnly: false }],
  'torch bfloat16, masked only': [torch, { precision: 'bfloat16', maskedOnly: true }],
  'native float32': [ours, { backend: 'native', precision: 'float32' }],
  'torch float32': [torch, { precision: 'float32', maskedOnly: false }],
  'torch float32, masked only': [torch, { precision: 'float32', maskedOnly: true }],
  tensorflow: [ours, { backend: 'tensorflow' }],
  keras: [keras, {}],
  wasm: [ours, { backend: 'wasm' }],
};
/** Too slow to wait for unless asked for. */
const NOT_BY_DEFAULT = ['wasm'];
/** What ratios are given against. */
const PEER = 'torch bfloat16';

const { values } = parseArgs({
  options: {
    models: { type: 'string', default: 'keras,mini,base' },
    contestants: {
      type: 'string',
      default: Object.keys(CONTESTANTS)
        .filter((name) => !NOT_BY_DEFAULT.includes(name))
        .join(';'),
    },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
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
  const shape = trainingShapes[model];
  const common = { sizes: bertModels[model], ...shape, threads, seconds: Number(values.seconds) };
  const contestants = names
    // Keras' example is a model of its own.
    .filter((name) => name !== 'keras' || model === 'keras')
    .map((name) => {
      const [command, settings] = CONTESTANTS[name];
      return { name, command, settings: { ...common, ...settings }, env };
    });
  console.log(`\n${model}: ${JSON.stringify(bertModels[model])}, ${JSON.stringify(shape)}`);
  print(await runContest(contestants, Number(values.rounds)));
}

function print(entries) {
  const times = new Map(
    entries.map(({ name, results }) => [name, summarize(results.map((r) => r.milliseconds))]),
  );
  const peer = times.get(PEER)?.median;
  const shown = (value) => value.toFixed(value < 100 ? 1 : 0);
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
