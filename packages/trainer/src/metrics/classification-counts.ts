// Accuracy and F1 of a classifier, as scikit-learn counts them.

/** How the F1 of several classes becomes one: of class 1 alone, over all decisions, or the mean of the classes. */
export type F1Average = 'binary' | 'micro' | 'macro';

/** The decisions about one class. */
interface ClassCounts {
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
}

/** Counts predictions against labels. */
export class ClassificationCounts {
  readonly #classes = new Map<number, ClassCounts>();
  #total = 0;

  add(predicted: number, label: number): void {
    this.#total++;
    if (predicted === label) {
      this.#class(label).truePositives++;
      return;
    }
    this.#class(predicted).falsePositives++;
    this.#class(label).falseNegatives++;
  }

  /** Part of the predictions that were right; NaN of none. */
  accuracy(): number {
    const right = [...this.#classes.values()].reduce((sum, c) => sum + c.truePositives, 0);
    return right / this.#total;
  }

  /**
   * Harmonic mean of precision and recall: of class 1 (`binary`), of all decisions together (`micro`, which
   * is the accuracy when each example has one class), or its mean over the classes that occur as a label or a
   * prediction (`macro`). A class never found has 0.
   */
  f1(average: F1Average): number {
    if (average === 'micro') return this.accuracy();
    if (average === 'binary') return f1Of(this.#classes.get(1));
    const scores = [...this.#classes.values()].map(f1Of);
    return scores.reduce((sum, score) => sum + score, 0) / scores.length;
  }

  #class(label: number): ClassCounts {
    let counts = this.#classes.get(label);
    if (counts === undefined) {
      counts = { truePositives: 0, falsePositives: 0, falseNegatives: 0 };
      this.#classes.set(label, counts);
    }
    return counts;
  }
}

function f1Of(counts: ClassCounts | undefined): number {
  if (counts === undefined) return 0;
  const { truePositives, falsePositives, falseNegatives } = counts;
  const decisions = 2 * truePositives + falsePositives + falseNegatives;
  return decisions === 0 ? 0 : (2 * truePositives) / decisions;
}
