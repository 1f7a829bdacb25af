// Malmoi → transformers → Malmoi: models of every architecture are saved here, loaded, run and saved again
// in Python, and loaded here once more. Needs the built packages and a Python with transformers:
//
//   npx nx build checkpoint && node tools/round-trip.mjs --python /path/to/python
//
// Prints one line per case and exits with 1 when anything differs. The same comparisons without Python are
// in packages/checkpoint/test, against fixtures.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

// The packages are loaded by name when this runs: it is a user of what was built, like any other, and no
// part of the workspace's graph.
const load = (name) => import(name);
const { createBertConfig, createModel } = await load('@malmoi/bert-model');
const { loadCheckpoint, saveCheckpoint } = await load('@malmoi/checkpoint');
const { saveSafetensorsFile } = await load('@malmoi/safetensors/node');
const { WordPieceTokenizer } = await load('@malmoi/wordpiece');
const tf = await load('@tensorflow/tfjs-core');
await load('@tensorflow/tfjs-backend-cpu');

/** What equal means for outputs in float32. */
const TOLERANCE = 2e-5;

const TOKENS = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  '[MASK]',
  '말',
  '##모',
  '##이',
  '사전',
  '낱말',
  '##을',
  '모',
  '##으',
  '##다',
  '.',
  'bert',
  '##s',
];
const TEXTS = [
  '말모이 사전.',
  '낱말을 모으다',
  'BERTs',
  '모르는 말',
  '',
  '말모이😀 사전',
  '[MASK]을',
];

const INPUTS = {
  input_ids: [
    [2, 5, 6, 7, 3, 8, 4, 3],
    [2, 9, 10, 3, 0, 0, 0, 0],
  ],
  token_type_ids: [
    [0, 0, 0, 0, 0, 1, 1, 1],
    [0, 0, 0, 0, 0, 0, 0, 0],
  ],
  attention_mask: [
    [1, 1, 1, 1, 1, 1, 1, 1],
    [1, 1, 1, 1, 0, 0, 0, 0],
  ],
};

const SIZES = {
  vocabSize: 64,
  hiddenSize: 32,
  numHiddenLayers: 2,
  numAttentionHeads: 4,
  intermediateSize: 48,
  maxPositionEmbeddings: 24,
  initializerRange: 0.2,
};

/** Case → architecture, configuration beyond SIZES, how to save. */
const CASES = {
  pretraining: ['BertForPreTraining', {}, {}],
  'pretraining-sharded': ['BertForPreTraining', {}, { maxShardSize: '20KB' }],
  'pretraining-float16': ['BertForPreTraining', {}, { dtype: 'F16' }],
  'pretraining-bfloat16': ['BertForPreTraining', {}, { dtype: 'BF16' }],
  'pretraining-untied': ['BertForPreTraining', { tieWordEmbeddings: false }, {}],
  'masked-lm': ['BertForMaskedLM', { hiddenAct: 'gelu_new' }, {}],
  'next-sentence': ['BertForNextSentencePrediction', {}, {}],
  'sequence-classification': [
    'BertForSequenceClassification',
    { id2label: ['부정', '중립', '긍정'] },
    {},
  ],
  regression: ['BertForSequenceClassification', { numLabels: 1, problemType: 'regression' }, {}],
  'token-classification': ['BertForTokenClassification', { numLabels: 5 }, {}],
  'question-answering': ['BertForQuestionAnswering', { layerNormEps: 1e-6 }, {}],
  encoder: ['BertModel', { typeVocabSize: 3, hiddenAct: 'relu' }, {}],
};

function computeOutputs(model) {
  const outputs = new Map();
  tf.tidy(() => {
    const [inputIds, tokenTypeIds, attentionMask] = Object.values(INPUTS).map((rows) =>
      tf.tensor2d(rows, undefined, 'int32'),
    );
    for (const [key, value] of Object.entries(
      model.forward({ inputIds, tokenTypeIds, attentionMask }),
    )) {
      if (!(value instanceof tf.Tensor)) continue;
      const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      outputs.set(name, {
        dtype: 'F32',
        shape: value.shape,
        data: Float32Array.from(value.dataSync()),
      });
    }
  });
  return outputs;
}

function largestDifference(first, second) {
  let largest = 0;
  for (const [name, { data }] of first) {
    data.forEach(
      (value, i) =>
        (largest = Math.max(largest, Math.abs(value - (second.get(name)?.data[i] ?? NaN)))),
    );
  }
  return largest;
}

async function saveAll(root) {
  const tokenizer = WordPieceTokenizer.fromVocab(TOKENS);
  for (const folder of ['malmoi', 'outputs', 'transformers']) mkdirSync(join(root, folder));
  writeFileSync(join(root, 'inputs.json'), JSON.stringify(INPUTS));
  const encodings = TEXTS.map((text) => [text, tokenizer.encode(text).inputIds]);
  writeFileSync(join(root, 'encodings.json'), JSON.stringify(Object.fromEntries(encodings)));
  for (const [name, [architecture, changes, options]] of Object.entries(CASES)) {
    const folder = join(root, 'malmoi', name);
    const model = createModel(architecture, createBertConfig({ ...SIZES, ...changes }), {
      seed: 1,
    });
    await saveCheckpoint(folder, model, tokenizer, options);
    model.dispose();
    // Loaded again, so that the outputs are those of the weights as the file rounds them.
    const { model: saved } = await loadCheckpoint(folder);
    await saveSafetensorsFile(join(root, 'outputs', `${name}.safetensors`), computeOutputs(saved));
    saved.dispose();
  }
}

async function outputDifference(root, name) {
  const [first, second] = await Promise.all(
    ['malmoi', 'transformers'].map((who) => loadCheckpoint(join(root, who, name))),
  );
  const difference = largestDifference(computeOutputs(first.model), computeOutputs(second.model));
  first.model.dispose();
  second.model.dispose();
  return difference;
}

const { values } = parseArgs({ options: { python: { type: 'string', default: 'python3' } } });
const root = mkdtempSync(join(tmpdir(), 'malmoi-round-trip-'));
try {
  tf.env().set('IS_TEST', true); // tfjs would advise another backend
  await tf.setBackend('cpu');
  await saveAll(root);
  const script = fileURLToPath(new URL('./parity/round_trip.py', import.meta.url));
  const findings = JSON.parse(
    execFileSync(values.python, [script, root], { encoding: 'utf8', maxBuffer: 2 ** 26 }),
  );
  for (const name of Object.keys(CASES)) {
    const there = findings[name];
    const back = await outputDifference(root, name);
    const lists = [
      'misfits',
      'differentTensors',
      'differentFiles',
      'configDifferences',
      'tokenizerDifferences',
    ];
    const isEqual =
      lists.every((list) => there[list].length === 0) &&
      there.outputDifference < TOLERANCE &&
      back === 0;
    if (!isEqual) process.exitCode = 1;
    console.log(
      `${isEqual ? 'equal ' : 'DIFFERS'} ${name.padEnd(24)} ${there.tensors} tensors, ` +
        `outputs in Python within ${there.outputDifference.toExponential(1)}, back here within ${back}` +
        lists
          .map((list) => (there[list].length > 0 ? `; ${list}: ${there[list].join(', ')}` : ''))
          .join(''),
    );
  }
} finally {
  rmSync(root, { recursive: true });
}
