// The numbers of one update, and their means over the updates between two log rows.

/** One part of the loss over all items of an update. */
export interface TermFigures {
  /** Mean over the items. */
  readonly loss: number;
  readonly items: number;
  /** Items predicted right; undefined where that is not counted. */
  readonly correct: number | undefined;
}

/** The numbers of one update. */
export interface StepFigures {
  /** Sum of the parts. */
  readonly loss: number;
  readonly terms: Readonly<Record<string, TermFigures>>;
}

/** Sums of one part of the loss. Updates without an item of it have no loss to count. */
interface TermSums {
  readonly steps: number;
  readonly loss: number;
  readonly items: number;
  /** Items predicted right; null where that is not counted. */
  readonly correct: number | null;
}

/** Sums since the last log row, as a checkpoint keeps them. */
export interface WindowState {
  readonly steps: number;
  readonly loss: number;
  readonly terms: Readonly<Record<string, TermSums>>;
}

const noTerm: TermSums = { steps: 0, loss: 0, items: 0, correct: 0 };
const empty: WindowState = { steps: 0, loss: 0, terms: {} };

/** Means of the updates since the last log row. */
export class FiguresWindow {
  #sums: WindowState = empty;

  /** The sums, for a checkpoint. */
  get state(): WindowState {
    return this.#sums;
  }

  /** Continues with the sums of a checkpoint. */
  restore(state: WindowState): void {
    this.#sums = state;
  }

  add(figures: StepFigures): void {
    const { steps, loss, terms } = this.#sums;
    const counted = Object.entries(figures.terms).filter(([, { items }]) => items > 0);
    const added = counted.map(([name, term]): [string, TermSums] => {
      const before = terms[name] ?? noTerm;
      const isCounted = term.correct !== undefined && before.correct !== null;
      return [
        name,
        {
          steps: before.steps + 1,
          loss: before.loss + term.loss,
          items: before.items + term.items,
          correct: isCounted ? before.correct + term.correct : null,
        },
      ];
    });
    this.#sums = {
      steps: steps + 1,
      loss: loss + figures.loss,
      terms: { ...terms, ...Object.fromEntries(added) },
    };
  }

  /**
   * The means, and a new window: `loss`, and where the loss has several parts `<part>_loss` of each;
   * `<part>_accuracy` (with one part: `accuracy`) where it is counted.
   */
  take(): Record<string, number> {
    const { steps, loss, terms } = this.#sums;
    this.#sums = empty;
    const row: Record<string, number> = { loss: loss / steps };
    const parts = Object.entries(terms);
    for (const [name, term] of parts) {
      const prefix = parts.length > 1 ? `${name}_` : '';
      if (parts.length > 1) row[`${prefix}loss`] = term.loss / term.steps;
      if (term.correct !== null) row[`${prefix}accuracy`] = term.correct / term.items;
    }
    return row;
  }
}
