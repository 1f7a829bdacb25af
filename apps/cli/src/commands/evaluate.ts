// malmoi evaluate: how well a model predicts text that it has not seen.
import { type CommandContext, defineCommand } from '../command.ts';
import { evaluateOptions, type EvaluateValues, heldOutText } from '../evaluate/options.ts';
import { requireNoResults } from '../files/output-folder.ts';

/** Evaluates a model. */
export const evaluate = defineCommand({
  name: 'evaluate',
  summary: 'measure a model on held-out text',
  description:
    'Measures how well a model predicts masked words and sentence pairs of text that it was not\n' +
    'trained on: loss, perplexity, accuracy. Beside it stands what guessing gets on the same examples:\n' +
    'the most frequent word (unigram), a coin. The same seed gives the same examples and masks.',
  options: evaluateOptions,
  examples: [
    '--model_name_or_path my-bert --validation_file held-out.txt',
    '--model_name_or_path my-bert --shards shards --output_dir my-bert',
    '--model_name_or_path my-bert/checkpoint-500 --validation_file held-out.txt --max_eval_samples 1000 --json',
  ],
  execute,
});

async function execute(values: EvaluateValues, context: CommandContext): Promise<undefined> {
  const { output } = context;
  const text = heldOutText(values);
  const { outputDir } = values;
  if (outputDir !== undefined && !values.overwriteOutputDir) await requireNoResults(outputDir);
  const { selectBackend } = await import('../backend/select-backend.ts');
  const { loadModel } = await import('../files/load-model.ts');
  const { openHeldOutShards } = await import('../evaluate/held-out-shards.ts');
  const { chooseTokenizer } = await import('../files/choose-tokenizer.ts');
  const { chooseLength, evaluateModel, requireMaskedLm, saveMetrics } =
    await import('../evaluate/evaluate-model.ts');
  const { evaluationLines } = await import('../evaluate/evaluation-lines.ts');
  await selectBackend(values, false, output);
  const loaded = await loadModel(values.modelNameOrPath, context);
  try {
    const model = requireMaskedLm(loaded);
    const maxSeqLength = chooseLength(model, values.maxSeqLength);
    const { folder: source, config, tokenizer: own } = loaded;
    const described = { source, tokenizer: own, vocabSize: config.vocabSize };
    const tokenizer = await chooseTokenizer(described, values.tokenizerName);
    await using held = await openHeldOutShards(text, tokenizer, values, context);
    const settings = { ...values, maxSeqLength };
    const metrics = await evaluateModel(model, tokenizer, held.shards, settings, context);
    if (outputDir !== undefined) await saveMetrics(outputDir, 'eval', metrics);
    output.result({ model_name_or_path: values.modelNameOrPath, metrics }, () => [
      ...evaluationLines(metrics, maxSeqLength),
      ...(outputDir === undefined ? [] : [`written to ${outputDir}`]),
    ]);
  } finally {
    loaded.model.dispose();
  }
}
