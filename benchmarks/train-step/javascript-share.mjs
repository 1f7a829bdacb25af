// How much of a pretraining step is spent in JavaScript: every kernel of the active backend is wrapped in a clock,
// and so is every function of the native addon. What is outside the kernels is the tape, tidy, the dispatch of
// TensorFlow.js and the trainer; what is in the kernels and outside the addon is the kernels' own JavaScript.
// Usage: node javascript-share.mjs [--model mini] [--backend native] [--precision bfloat16] [--steps 30] [--top 12]
import { performance } from 'node:perf_hooks';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

import { formatBackendChoice } from '@malmoi/ops';
import * as tf from '@tensorflow/tfjs-core';

import { bertModels, trainingShapes } from '../bert-models.mjs';
import { machineLine, summarize } from '../contest.mjs';
import { startBackend } from '../start-backend.mjs';
import { trainSteps } from './training-step.mjs';

const WARM_UP = 5;

/** Adds up the time between the outermost calls of functions, and that of each name. */
class Clock {
  milliseconds = 0;
  byName = new Map();
  #depth = 0;

  wrap(name, call) {
    return (...args) => {
      if (this.#depth++ > 0) {
        try {
          return call(...args);
        } finally {
          this.#depth--;
        }
      }
      const start = performance.now();
      try {
        return call(...args);
      } finally {
        const time = performance.now() - start;
        this.#depth--;
        this.milliseconds += time;
        const total = this.byName.get(name) ?? { calls: 0, milliseconds: 0 };
        this.byName.set(name, {
          calls: total.calls + 1,
          milliseconds: total.milliseconds + time,
        });
      }
    };
  }

  reset() {
    this.milliseconds = 0;
    this.byName.clear();
  }
}

/** Puts the clock around every kernel of a backend. */
function clockKernels(backendName) {
  const clock = new Clock();
  for (const kernel of tf.getKernelsForBackend(backendName)) {
    const { kernelName, kernelFunc } = kernel;
    tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({ ...kernel, kernelFunc: clock.wrap(kernelName, kernelFunc) });
  }
  return clock;
}

/** Puts the clock around the functions of the backend's addon; undefined where it has none. */
function clockAddon({ addon }) {
  if (addon === undefined) return undefined;
  const clock = new Clock();
  for (const [name, value] of Object.entries(addon)) {
    if (typeof value === 'function') addon[name] = clock.wrap(name, value);
  }
  return clock;
}

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'mini' },
    backend: { type: 'string', default: 'native' },
    precision: { type: 'string', default: 'bfloat16' },
    threads: { type: 'string', default: String(availableParallelism()) },
    steps: { type: 'string', default: '30' },
    top: { type: 'string', default: '12' },
  },
});
const { model, backend, precision } = values;
const choice = await startBackend({ backend, precision, threads: Number(values.threads) });
console.log(`${machineLine()}\n${formatBackendChoice(choice)}`);
const kernels = clockKernels(choice.name);
const native = clockAddon(tf.backend());

const samples = { step: [], kernels: [], native: [] };
const byKernel = new Map();
let step = 0;
await trainSteps({ sizes: bertModels[model], ...trainingShapes[model] }, (milliseconds) => {
  if (step++ >= WARM_UP) {
    samples.step.push(milliseconds);
    samples.kernels.push(kernels.milliseconds);
    samples.native.push(native?.milliseconds ?? kernels.milliseconds);
    for (const [name, { calls, milliseconds: time }] of kernels.byName) {
      const list = byKernel.get(name) ?? { calls, times: [] };
      list.times.push(time);
      byKernel.set(name, list);
    }
  }
  kernels.reset();
  native?.reset();
  return samples.step.length < Number(values.steps);
});
print();

function print() {
  const difference = (a, b) => samples[a].map((value, i) => value - samples[b][i]);
  const rows = {
    'whole step': samples.step,
    'outside kernels: tape, tidy, dispatch, trainer': difference('step', 'kernels'),
    ...(native && {
      "in kernels, their own JavaScript and tfjs's": difference('kernels', 'native'),
    }),
    [native ? 'in the native addon' : 'in kernels']: samples.native,
  };
  const whole = summarize(samples.step).median;
  console.log(`${model}: ${samples.step.length} steps, medians`);
  console.table(
    Object.entries(rows).map(([name, list]) => {
      const { median } = summarize(list);
      return { '': name, ms: median.toFixed(2), share: `${((100 * median) / whole).toFixed(1)} %` };
    }),
  );
  const kernelRows = [...byKernel].map(([kernel, { calls, times }]) => {
    const { median } = summarize(times);
    return { kernel, calls, median };
  });
  kernelRows.sort((a, b) => b.median - a.median);
  console.table(
    kernelRows
      .slice(0, Number(values.top))
      .map(({ kernel, calls, median }) => ({ kernel, calls, ms: median.toFixed(2) })),
  );
  const calls = kernelRows.reduce((sum, row) => sum + row.calls, 0);
  console.log(`${calls} kernel calls a step`);
}
