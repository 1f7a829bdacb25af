// Five updates of the trainer against PyTorch: losses, gradient norms, learning rates, final weights. The fixtures
// are described beside them; weights may differ by 1e-4.
import { useBackend } from '@malmoi/ops';
import { BertForPreTraining, parseBertConfig, withBertConfig } from '@malmoi/bert-model';
import { beforeAll, expect, test } from '@jest/globals';

import {
  ArrayData,
  createTrainingArguments,
  pretrainingTask,
  Trainer,
  type PretrainingBatch,
  type TrainerCallback,
} from '../src/index.ts';
import { readTensors, readText } from './support/read-tensors.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

interface ExpectedTraining {
  readonly loss: readonly number[];
  readonly grad_norm: readonly number[];
  readonly learning_rate: readonly number[];
  readonly optimizer: {
    readonly lr: number;
    readonly weight_decay: number;
    readonly clip: number;
    readonly warmup_steps: number;
    readonly total_steps: number;
  };
}

beforeAll(async () => {
  await useBackend('cpu');
});

test('five steps follow PyTorch', async () => {
  const expected = JSON.parse(readText('adamw/expected.json')) as ExpectedTraining;
  const model = createReferenceModel();
  const data = new ArrayData([0, 1, 2, 3, 4], ([step = 0]) => batchOfStep(step), {
    batchSize: 1,
    shuffle: false,
  });
  const { optimizer } = expected;
  const args = createTrainingArguments({
    outputDir: temporaryFolder(),
    learningRate: optimizer.lr,
    weightDecay: optimizer.weight_decay,
    maxGradNorm: optimizer.clip,
    warmupSteps: optimizer.warmup_steps,
    maxSteps: optimizer.total_steps,
    loggingSteps: 1,
    saveStrategy: 'no',
  });
  const callbacks: TrainerCallback[] = [
    {
      onStepEnd: ({ state, control }) => {
        control.shouldTrainingStop = state.globalStep === expected.loss.length;
      },
    },
  ];
  const { state } = await new Trainer({
    task: pretrainingTask(model),
    args,
    trainData: data,
    callbacks,
  }).train();

  const rows = state.logHistory.slice(0, -1);
  for (const name of ['loss', 'grad_norm', 'learning_rate'] as const) {
    expect(
      largestDifference(
        rows.map((row) => row[name] ?? NaN),
        expected[name],
      ),
    ).toBeLessThan(1e-4);
  }
  expect(wrongWeights(model)).toEqual([]);
  model.dispose();
});

function createReferenceModel(): BertForPreTraining {
  // The reference ran without dropout.
  const config = withBertConfig(parseBertConfig(readText('adamw/config.json')), {
    hiddenDropoutProb: 0,
    attentionProbsDropoutProb: 0,
  });
  const model = new BertForPreTraining(config, { initialWeights: 'zeros' });
  const weights = readTensors('adamw/model');
  model.loadStateDict(
    new Map(
      [...weights.tensors].map(([name, { shape }]) => [
        name,
        { shape, data: weights.tensorSync(name).as('F32').slice() },
      ]),
    ),
  );
  return model;
}

function batchOfStep(step: number): PretrainingBatch {
  const inputs = readTensors('adamw/inputs');
  const read = (name: string): Int32Array =>
    inputs.tensorSync(`step${step}/${name}`).as('I32').slice();
  const [batchSize = 0, length = 0] = inputs.tensors.get(`step${step}/input_ids`)?.shape ?? [];
  const labels = read('labels');
  const positions = [...labels.keys()].filter((position) => labels[position] !== -100);
  return {
    batchSize,
    length,
    inputIds: read('input_ids'),
    attentionMask: read('attention_mask'),
    tokenTypeIds: read('token_type_ids'),
    maskedPositions: Int32Array.from(positions),
    maskedLabels: Int32Array.from(positions, (position) => labels[position] ?? 0),
    nextSentenceLabel: read('next_sentence_label'),
  };
}

/** The gradient of a key's bias is 0 but for rounding, which Adam's normalisation blows up: left out. */
function wrongWeights(model: BertForPreTraining): string[] {
  const expected = readTensors('adamw/expected');
  return [...model.namedParameters()].flatMap(([name, variable]) => {
    const reference = expected.tensorSync(`param/${name}`).as('F32');
    const difference = largestDifference(variable.dataSync(), reference);
    return difference < 1e-4 || name.endsWith('attention.self.key.bias') ? [] : [name];
  });
}

function largestDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(found.length).toBe(expected.length);
  return Math.max(...Array.from(expected, (value, i) => Math.abs((found[i] ?? NaN) - value)));
}
