// Precision, recall and F1 of whole entities, as seqeval counts them by default (its rule is that of the CoNLL
// script conlleval): an entity is right when its type, its first and its last token are. O is no entity and is
// never counted.

/** A run of tokens with one type; `end` is the last of them. */
export interface Entity {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The entities of a sequence of IOB tags. `I-X` where no X runs begins one, as in seqeval.
 *
 * @param tags `O`, `B-<type>` or `I-<type>`.
 */
export function entitiesOf(tags: readonly string[]): Entity[] {
  const entities: Entity[] = [];
  let open: Entity | undefined;
  for (const [index, tag] of tags.entries()) {
    const type = tag.startsWith('B-') || tag.startsWith('I-') ? tag.slice(2) : undefined;
    const continues = tag.startsWith('I-') && open?.type === type;
    if (open && continues) {
      open = { ...open, end: index };
      continue;
    }
    if (open) entities.push(open);
    open = type === undefined ? undefined : { type, start: index, end: index };
  }
  if (open) entities.push(open);
  return entities;
}

/** How well entities were found; each is 0 where there is nothing to divide by. */
export interface EntityScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Entities that the labels have. */
  readonly support: number;
}

interface Found {
  right: number;
  predicted: number;
  labelled: number;
}

/** Counts the entities of predicted and labelled sequences. */
export class EntityCounts {
  readonly #types = new Map<string, Found>();

  /** Adds one sequence; both lists have a tag for each token that counts. */
  add(predicted: readonly string[], labelled: readonly string[]): void {
    const found = entitiesOf(predicted);
    const expected = entitiesOf(labelled);
    const keys = new Set(expected.map(keyOf));
    for (const entity of found) {
      const counts = this.#type(entity.type);
      counts.predicted++;
      if (keys.has(keyOf(entity))) counts.right++;
    }
    for (const { type } of expected) this.#type(type).labelled++;
  }

  /** Over all entities together (seqeval's default, `average='micro'`). */
  overall(): EntityScores {
    const sum: Found = { right: 0, predicted: 0, labelled: 0 };
    for (const { right, predicted, labelled } of this.#types.values()) {
      sum.right += right;
      sum.predicted += predicted;
      sum.labelled += labelled;
    }
    return scores(sum);
  }

  /** By type of entity. */
  byType(): ReadonlyMap<string, EntityScores> {
    return new Map([...this.#types].sort().map(([type, found]) => [type, scores(found)]));
  }

  #type(type: string): Found {
    let found = this.#types.get(type);
    if (found === undefined) {
      found = { right: 0, predicted: 0, labelled: 0 };
      this.#types.set(type, found);
    }
    return found;
  }
}

function keyOf({ type, start, end }: Entity): string {
  return `${start} ${end} ${type}`;
}

function scores({ right, predicted, labelled }: Found): EntityScores {
  const precision = predicted === 0 ? 0 : right / predicted;
  const recall = labelled === 0 ? 0 : right / labelled;
  const f1 = right === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { precision, recall, f1, support: labelled };
}
