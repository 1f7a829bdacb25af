// Labels to class ids and back, as Hugging Face's config.json has them (label2id, id2label).
import { DatasetsOptionError, UnknownLabelError } from '../errors.ts';

/** Classes by name and by id. Ids are 0, 1, 2, … in the order of {@link LabelMap.labels}. */
export class LabelMap {
  readonly labels: readonly string[];
  private readonly ids: ReadonlyMap<string, number>;

  /** @throws DatasetsOptionError when a label is there twice, or none at all */
  constructor(labels: readonly string[]) {
    if (labels.length === 0)
      throw new DatasetsOptionError('labels', 'an empty list', 'at least one label');
    this.labels = [...labels];
    this.ids = new Map(labels.map((label, id) => [label, id]));
    if (this.ids.size !== labels.length) {
      throw new DatasetsOptionError('labels', 'a list with duplicates', 'distinct labels');
    }
  }

  /**
   * The labels that occur, sorted: numbers by value, others by code unit; `O` of token tags comes first.
   */
  static from(labels: Iterable<string>): LabelMap {
    return new LabelMap([...new Set(labels)].sort(compareLabels));
  }

  get size(): number {
    return this.labels.length;
  }

  /** @throws UnknownLabelError */
  labelToId(label: string): number {
    const id = this.ids.get(label);
    if (id === undefined) throw new UnknownLabelError(label, this.labels);
    return id;
  }

  /** @throws UnknownLabelError */
  idToLabel(id: number): string {
    const label = this.labels[id];
    if (label === undefined) throw new UnknownLabelError(id, this.labels);
    return label;
  }

  /** The two entries of a config.json. */
  toConfig(): { id2label: Record<string, string>; label2id: Record<string, number> } {
    return {
      id2label: Object.fromEntries(this.labels.map((label, id) => [String(id), label])),
      // fromEntries defines properties, so that a label such as __proto__ is kept.
      label2id: Object.fromEntries(this.labels.map((label, id) => [label, id])),
    };
  }
}

function compareLabels(a: string, b: string): number {
  if (a === 'O' || b === 'O') return a === b ? 0 : a === 'O' ? -1 : 1;
  const difference = Number(a) - Number(b);
  if (a.trim() !== '' && b.trim() !== '' && !Number.isNaN(difference) && difference !== 0)
    return difference;
  return a < b ? -1 : a > b ? 1 : 0;
}
