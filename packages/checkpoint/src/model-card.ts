// The model card: `README.md` with the YAML front matter that the Hub reads (docs: "Model Cards"), the
// facts of the model and its training as tables, and how to load it in Python and in Malmoi.
import type { BertConfig } from '@malmoi/bert-model';

/** One cell of a facts table. */
export type ModelCardValue = string | number | boolean;

/** What the saver knows and the weights do not tell. Everything is optional. */
export interface ModelCardFacts {
  /** Title, and the name in the examples. Default: the name of the folder. */
  readonly modelName?: string;
  /** A paragraph or two of Markdown under the title. */
  readonly description?: string;
  /** Language codes, such as `ko`. */
  readonly language?: string | readonly string[];
  /** Licence identifier of the Hub, such as `mit` or `apache-2.0`. */
  readonly license?: string;
  /** Tags besides `bert` and `malmoi`. */
  readonly tags?: readonly string[];
  /** Hub ids of the data sets it was trained on. */
  readonly datasets?: readonly string[];
  /** Hub id of the model it was fine-tuned from. */
  readonly baseModel?: string;
  /** Rows of the training table: corpus, steps, learning rate, … */
  readonly training?: Readonly<Record<string, ModelCardValue>>;
  /** Rows of the evaluation table: metric → value. */
  readonly evaluation?: Readonly<Record<string, ModelCardValue>>;
}

/** What the weights tell. */
export interface ModelCardModel {
  /** Class by its transformers name. */
  readonly architecture: string;
  readonly config: BertConfig;
  /** Number of weights. */
  readonly parameters: number;
  /** Number format of the file: F32, F16, BF16. */
  readonly dtype: string;
}

/** The Hub's name for what an architecture does (`pipeline_tag`). */
const PIPELINE_TAGS: ReadonlyMap<string, string> = new Map([
  ['BertForPreTraining', 'fill-mask'],
  ['BertForMaskedLM', 'fill-mask'],
  ['BertForSequenceClassification', 'text-classification'],
  ['BertForTokenClassification', 'token-classification'],
  ['BertForQuestionAnswering', 'question-answering'],
  ['BertModel', 'feature-extraction'],
]);

/** The text of the card. @param name title where the facts give none. */
export function createModelCard(
  model: ModelCardModel,
  facts: ModelCardFacts,
  name: string,
): string {
  const title = facts.modelName ?? name;
  const sections = [
    frontMatter(model, facts),
    `# ${inline(title)}`,
    facts.description?.trim(),
    table('Model', modelRows(model)),
    table('Training', Object.entries(facts.training ?? {})),
    table('Evaluation', Object.entries(facts.evaluation ?? {})),
    usage(model.architecture, title),
  ];
  return `${sections.filter((section) => section !== undefined && section !== '').join('\n\n')}\n`;
}

function frontMatter({ architecture }: ModelCardModel, facts: ModelCardFacts): string {
  const language = typeof facts.language === 'string' ? [facts.language] : (facts.language ?? []);
  const lines = [
    ...yamlList('language', language),
    ...yamlScalar('license', facts.license),
    'library_name: transformers',
    ...yamlScalar('pipeline_tag', PIPELINE_TAGS.get(architecture)),
    ...yamlList('tags', [...new Set(['bert', 'malmoi', ...(facts.tags ?? [])])]),
    ...yamlList('datasets', facts.datasets ?? []),
    ...yamlScalar('base_model', facts.baseModel),
  ];
  return ['---', ...lines, '---'].join('\n');
}

function yamlScalar(key: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`${key}: ${yamlText(value)}`];
}

function yamlList(key: string, values: readonly string[]): string[] {
  return values.length === 0 ? [] : [`${key}:`, ...values.map((value) => `- ${yamlText(value)}`)];
}

/** Plain where YAML cannot read it as anything but this text; else in JSON's quotes, which are YAML's too. */
function yamlText(value: string): string {
  const isPlain =
    /^[A-Za-z][\w./-]*$/.test(value) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(value);
  return isPlain ? value : JSON.stringify(value);
}

function modelRows({
  architecture,
  config,
  parameters,
  dtype,
}: ModelCardModel): [string, ModelCardValue][] {
  return [
    ['Architecture', architecture],
    ['Parameters', parameters],
    ['Layers', config.numHiddenLayers],
    ['Hidden size', config.hiddenSize],
    ['Attention heads', config.numAttentionHeads],
    ['Intermediate size', config.intermediateSize],
    ['Vocabulary', config.vocabSize],
    ['Longest input', config.maxPositionEmbeddings],
    ['Weights', dtype],
  ];
}

function table(
  heading: string,
  rows: readonly (readonly [string, ModelCardValue])[],
): string | undefined {
  if (rows.length === 0) return undefined;
  const lines = rows.map(([key, value]) => `| ${cell(key)} | ${cell(formatValue(value))} |`);
  return [`## ${heading}`, '', '| | |', '|---|---|', ...lines].join('\n');
}

/** Whole numbers with thousands separators; fractions as they are. */
function formatValue(value: ModelCardValue): string {
  return typeof value === 'number' && Number.isSafeInteger(value)
    ? value.toLocaleString('en-US')
    : String(value);
}

/** Text inside a table: one line, and no bar that would end the cell. */
function cell(text: string): string {
  return inline(text).replaceAll('|', '\\|');
}

function inline(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .join(' ')
    .trim();
}

function usage(architecture: string, name: string): string {
  const id = JSON.stringify(name);
  return [
    '## How to use',
    '',
    'In Python:',
    '',
    '```python',
    `from transformers import AutoTokenizer, ${architecture}`,
    '',
    `tokenizer = AutoTokenizer.from_pretrained(${id})`,
    `model = ${architecture}.from_pretrained(${id})`,
    '```',
    '',
    'In TypeScript, with Malmoi:',
    '',
    '```ts',
    "import { loadCheckpoint } from '@malmoi/checkpoint';",
    '',
    `const { model, tokenizer } = await loadCheckpoint(${id});`,
    '```',
  ].join('\n');
}
