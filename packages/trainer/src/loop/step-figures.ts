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

/** Sums since the last log row, as a checkpoint keeps them. */
export interface WindowState {
  readonly steps: number;
  readonly loss: number;
  /** By part: sum of the steps' losses, items, items predicted right (null: not counted). */
  readonly terms: Readonly<
    Record<
      string,
      { readonly loss: number; readonly items: number; readonly correct: number | null }
    >
  >;
}

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
    const added = Object.entries(figures.terms).map(([name, term]) => {
      const before = terms[name] ?? { loss: 0, items: 0, correct: 0 };
      const correct =
        term.correct === undefined || before.correct === null
          ? null
          : before.correct + term.correct;
      const sums = { loss: before.loss + term.loss, items: before.items + term.items, correct };
      return [name, sums] as const;
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
      if (parts.length > 1) row[`${prefix}loss`] = term.loss / steps;
      if (term.correct !== null && term.items > 0) {
        row[`${prefix}accuracy`] = term.correct / term.items;
      }
    }
    return row;
  }
}
