// Label names and ids. On disk they are two objects, {"0": "LABEL_0"} and its reverse; here an array
// and a Map, because a label may well be called `constructor`.
import { BertConfigError } from './bert-config-error.ts';
import type { BertConfigLabels } from './bert-config.ts';
import { integer, textList } from './field-rules.ts';

/** A classifier with more labels than this is a damaged file. */
const mostLabels = 1_000_000;
const labelCount = integer(1, mostLabels);

/** transformers' default: two labels. */
export const defaultLabels: BertConfigLabels = numberedLabels(2, 'numLabels');

/** LABEL_0, LABEL_1, …, as transformers names labels nobody named. */
export function numberedLabels(count: number, field: string): BertConfigLabels {
  const names = Array.from({ length: labelCount(count, field) }, (_, id) => `LABEL_${id}`);
  return labelsFromNames(names, field);
}

/** Labels from their names in the order of their ids. */
export function labelsFromNames(names: readonly string[], field: string): BertConfigLabels {
  const id2label = textList(names, field);
  if (id2label.length === 0) {
    throw new BertConfigError(field, names, 'at least one label');
  }
  return { id2label, label2id: new Map(id2label.map((name, id) => [name, id])) };
}

/** Labels from the raw `id2label`, `label2id` and `num_labels` of a config.json. */
export function labelsFromJson(fields: ReadonlyMap<string, unknown>): BertConfigLabels {
  const names = fields.get('id2label') ?? undefined;
  const ids = fields.get('label2id') ?? undefined;
  const count = fields.get('num_labels') ?? undefined;
  if (names === undefined) {
    return count === undefined
      ? defaultLabels
      : numberedLabels(labelCount(count, 'num_labels'), 'num_labels');
  }
  const labels = labelsFromNames(namesFromObject(names), 'id2label');
  if (count !== undefined && count !== labels.id2label.length) {
    throw new BertConfigError('num_labels', count, `${labels.id2label.length}, as in id2label`);
  }
  return ids === undefined ? labels : { ...labels, label2id: idsFromObject(ids) };
}

/** The two objects as config.json holds them. */
export function labelsToJson(labels: BertConfigLabels): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>([
    ['id2label', Object.fromEntries(labels.id2label.map((name, id) => [String(id), name]))],
    ['label2id', Object.fromEntries(labels.label2id)],
  ]);
}

/** Whether these are the labels of a model that was given none. */
export function areDefaultLabels(labels: BertConfigLabels): boolean {
  const { id2label } = defaultLabels;
  return (
    labels.id2label.length === id2label.length &&
    id2label.every((name, id) => labels.id2label[id] === name && labels.label2id.get(name) === id)
  );
}

/** `{"0": "a", "1": "b"}` → `['a', 'b']`; ids must be 0 … n - 1, since they number the logits. */
function namesFromObject(value: unknown): string[] {
  const entries = new Map(objectEntries(value, 'id2label'));
  return Array.from({ length: entries.size }, (_, id) => {
    const name = entries.get(String(id));
    if (typeof name !== 'string') {
      throw new BertConfigError('id2label', value, `a name for every id from 0; ${id} has none`);
    }
    return name;
  });
}

function idsFromObject(value: unknown): ReadonlyMap<string, number> {
  const labelId = integer(0, mostLabels);
  return new Map(
    objectEntries(value, 'label2id').map(([name, id]) => [
      name,
      labelId(id, `label2id["${name}"]`),
    ]),
  );
}

function objectEntries(value: unknown, field: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BertConfigError(field, value, 'an object');
  }
  return Object.entries(value);
}
