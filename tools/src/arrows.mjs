// The direction of dependencies between packages: each may import what stands beside it and nothing
// else of ours. ESLint (@nx/enforce-module-boundaries) makes any other import an error; docs/architecture.md
// draws the same table, and arrows.test.ts holds the two together.

/** Package folder -> the packages it may depend on. @type {Record<string, string[]>} */
export const arrows = {
  safetensors: [],
  wordpiece: [],
  ops: [],
  'backend-native': ['ops'],
  datasets: ['wordpiece', 'safetensors'],
  'bert-model': ['ops'],
  checkpoint: ['bert-model', 'safetensors', 'wordpiece'],
  trainer: ['bert-model', 'ops', 'datasets', 'checkpoint', 'safetensors'],
  pipelines: ['bert-model', 'checkpoint', 'wordpiece'],
};
