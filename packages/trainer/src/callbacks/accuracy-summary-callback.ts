// Prints now and then how many tokens and sentence pairs are predicted right, over the whole run so far and
// lately: the summary that training scripts written by hand print.
import type { Json } from '../json.ts';
import type { WindowState } from '../loop/step-figures.ts';
import { formatNumber } from './progress-callback.ts';
import type { TextOutput } from './text-output.ts';
import type { CallbackContext, TrainerCallback } from './trainer-callback.ts';

/** Options of {@link AccuracySummaryCallback}. */
export interface AccuracySummaryOptions {
  /** Updates between two summaries. Default 100. */
  readonly steps?: number;
  /** Default `process.stderr`. */
  readonly output?: TextOutput;
}

/** Some updates: how many, their items, those predicted right, and the sum of the losses. */
interface Counts {
  readonly steps: number;
  readonly items: number;
  readonly correct: number;
  readonly loss: number;
}

const none: Counts = { steps: 0, items: 0, correct: 0, loss: 0 };

export class AccuracySummaryCallback implements TrainerCallback {
  readonly name = 'AccuracySummaryCallback';
  readonly #steps: number;
  readonly #output: TextOutput;
  #lately = new Map<string, Counts>();
  #overall = new Map<string, Counts>();
  #previous: WindowState['terms'] = {};

  constructor({ steps = 100, output = process.stderr }: AccuracySummaryOptions = {}) {
    this.#steps = steps;
    this.#output = output;
  }

  onTrainBegin({ state }: CallbackContext): void {
    this.#previous = state.window.terms;
  }

  onStepEnd({ state }: CallbackContext): void {
    // The window holds sums: what it grew by is this update. After a log row it began anew.
    const { terms, steps } = state.window;
    for (const [name, term] of Object.entries(terms)) {
      const { items, correct, loss } = term;
      const before = steps === 1 ? undefined : this.#previous[name];
      if (correct === null) continue;
      const grown = {
        steps: term.steps - (before?.steps ?? 0),
        items: items - (before?.items ?? 0),
        correct: correct - (before?.correct ?? 0),
        loss: loss - (before?.loss ?? 0),
      };
      this.#lately.set(name, sum(this.#lately.get(name) ?? none, grown));
      this.#overall.set(name, sum(this.#overall.get(name) ?? none, grown));
    }
    this.#previous = terms;
    if (state.globalStep % this.#steps === 0) this.#print(state.globalStep);
  }

  saveState(): Json {
    return {
      lately: Object.fromEntries(this.#lately) as unknown as Json,
      overall: Object.fromEntries(this.#overall) as unknown as Json,
    };
  }

  loadState(state: Json): void {
    const { lately, overall } = state as unknown as Record<string, Record<string, Counts>>;
    this.#lately = new Map(Object.entries(lately ?? {}));
    this.#overall = new Map(Object.entries(overall ?? {}));
  }

  #print(step: number): void {
    const seen = [...this.#lately].filter(([, { items }]) => items > 0);
    const parts = seen.map(([name, lately]) => {
      const overall = this.#overall.get(name) ?? none;
      const loss = formatNumber(lately.loss / lately.steps);
      return `${name} accuracy ${percent(lately)} (whole run ${percent(overall)}), loss ${loss}`;
    });
    this.#output.write(`step ${step}: ${parts.join('; ')}\n`);
    this.#lately = new Map();
  }
}

function sum(a: Counts, b: Counts): Counts {
  return {
    steps: a.steps + b.steps,
    items: a.items + b.items,
    correct: a.correct + b.correct,
    loss: a.loss + b.loss,
  };
}

function percent({ correct, items }: Counts): string {
  return `${((100 * correct) / items).toFixed(1)} %`;
}
