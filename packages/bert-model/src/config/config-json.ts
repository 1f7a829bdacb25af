// config.json in and out. What Malmoi does not know is kept, and written back where it stood.
import { BertConfigError } from './bert-config-error.ts';
import { assembleBertConfig, type BertConfig } from './bert-config.ts';
import { configFieldKeys, configFields, readConfigFields } from './config-fields.ts';
import { areDefaultLabels, labelsFromJson, labelsToJson } from './config-labels.ts';

/** Deeper than any configuration; JSON.stringify overflows the stack at some thousands. */
const deepestNesting = 100;
const labelFields: ReadonlySet<string> = new Set(['id2label', 'label2id', 'num_labels']);
/** What transformers 4 called `dtype`; written back under that name where it stood. */
const legacyDtypeName = 'torch_dtype';
const keyByDiskName: ReadonlyMap<string, string> = new Map(
  configFieldKeys.map((key) => [configFields[key].diskName, key]),
);

/**
 * Reads the text of a config.json.
 *
 * @throws BertConfigError if it is no JSON object, if a field is impossible, or if it describes a
 * model that is not Malmoi's BERT (another `model_type`, a decoder, relative positions, pruned heads).
 */
export function parseBertConfig(json: string): BertConfig {
  checkNesting(json);
  const fields = new Map<string, unknown>(Object.entries(parseObject(json)));
  const known = new Map<string, unknown>();
  const unknown = new Map<string, unknown>();
  for (const [name, value] of fields) {
    const key = keyByDiskName.get(name);
    if (key !== undefined) {
      known.set(key, value);
    } else if (!labelFields.has(name) && name !== legacyDtypeName) {
      unknown.set(name, value);
    }
  }
  checkUnsupported(unknown);
  const dtype = fields.get('dtype') ?? fields.get(legacyDtypeName) ?? 'float32';
  known.set('dtype', dtype);
  return assembleBertConfig(
    readConfigFields(known, 'config.json'),
    labelsFromJson(fields),
    unknown,
    [...fields.keys()],
  );
}

/**
 * The text of a config.json, indented by two and with a final newline, as transformers writes it.
 * Fields that were read keep their order; a configuration made in code is sorted by name.
 * Malmoi's own fields are written only where they differ from BERT.
 */
export function formatBertConfig(config: BertConfig): string {
  const values = diskValues(config);
  const order =
    config.fieldOrder.length > 0
      ? [...config.fieldOrder, ...namesToAdd(config)]
      : namesToAdd(config).sort();
  const lines = [...new Set(order)]
    .filter((name) => values.has(name))
    .map((name) => {
      const value = JSON.stringify(values.get(name), null, 2).replaceAll('\n', '\n  ');
      return `  ${JSON.stringify(name)}: ${value}`;
    });
  return `{\n${lines.join(',\n')}\n}\n`;
}

/** Every value by its name on disk, whether or not it will be written. */
function diskValues(config: BertConfig): Map<string, unknown> {
  const values = new Map<string, unknown>(config.unknownFields);
  for (const key of configFieldKeys) {
    values.set(configFields[key].diskName, config[key]);
  }
  if (config.architectures.length === 0) {
    values.set('architectures', null);
  }
  for (const [name, value] of labelsToJson(config)) {
    values.set(name, value);
  }
  values.set('num_labels', config.numLabels);
  values.set(legacyDtypeName, config.dtype);
  return values;
}

/** The fields to write though no file named them: all of transformers' for a new configuration,
 * and otherwise those that no longer have the default their absence stood for. */
function namesToAdd(config: BertConfig): string[] {
  const isNew = config.fieldOrder.length === 0;
  const names = configFieldKeys
    .filter((key) => {
      const { fallback, writtenAtDefault } = configFields[key];
      return (isNew && writtenAtDefault) || !isSame(config[key], fallback);
    })
    .map((key) => configFields[key].diskName)
    .filter((name) => name !== 'dtype' || !config.fieldOrder.includes(legacyDtypeName));
  return areDefaultLabels(config) ? names : [...names, 'id2label', 'label2id'];
}

function isSame(value: unknown, fallback: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : value === fallback;
}

/** Fields outside the table that change what a model computes: refused unless they say nothing. */
function checkUnsupported(unknown: ReadonlyMap<string, unknown>): void {
  const positions = unknown.get('position_embedding_type') ?? 'absolute';
  if (positions !== 'absolute') {
    throw new BertConfigError('position_embedding_type', positions, '"absolute"');
  }
  const pruned = unknown.get('pruned_heads') ?? {};
  if (typeof pruned !== 'object' || Object.keys(pruned).length > 0) {
    throw new BertConfigError('pruned_heads', pruned, 'none: all heads must be there');
  }
}

function parseObject(json: string): object {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new BertConfigError('config.json', json, `JSON (${(error as Error).message})`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BertConfigError('config.json', value, 'a JSON object');
  }
  return value;
}

/** Counts brackets outside strings, so that nothing recursive ever sees a hostile file. */
function checkNesting(json: string): void {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < json.length; index++) {
    const character = json.charAt(index);
    if (inString) {
      if (character === '\\') {
        index++;
      } else if (character === '"') {
        inString = false;
      }
    } else if (character === '"') {
      inString = true;
    } else if (character === '{' || character === '[') {
      depth++;
      if (depth > deepestNesting) {
        throw new BertConfigError(
          'config.json',
          json,
          `at most ${deepestNesting} levels of nesting`,
        );
      }
    } else if (character === '}' || character === ']') {
      depth--;
    }
  }
}
