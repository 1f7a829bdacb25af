// Examples before they are collated: which tokens, from where. An example is a row of twelve integers that
// point into TokenizedDocuments; its tokens are copied only when a batch is built.

/** One segment of an example: a range of tokens, and the sentences of one document that it was cut from. */
export interface Segment {
  /** Index of the document in the {@link TokenizedDocuments} the example was made from. */
  readonly document: number;
  /** First sentence, in the flat numbering of `sentenceOffsets`. */
  readonly firstSentence: number;
  /** One past the last sentence. */
  readonly endSentence: number;
  /** First token, in the flat numbering of `tokens`; past the sentence's start where truncated in front. */
  readonly start: number;
  /** One past the last token. */
  readonly end: number;
}

/** What an example says about its two segments; {@link NO_LABEL} where there is one segment. */
export type ExampleLabel = typeof IS_NEXT | typeof NOT_NEXT | typeof NO_LABEL;

/** B follows A in the text (BERT), or the two stand in their order (sentence order prediction). */
export const IS_NEXT = 0;
/** B comes from another document (BERT), or the two were swapped (sentence order prediction). */
export const NOT_NEXT = 1;
/** The example has one segment, and nothing to predict about it. */
export const NO_LABEL = -1;

/** An example and where it came from. */
export interface Example {
  readonly a: Segment;
  /** Absent in single-segment examples. */
  readonly b?: Segment;
  readonly label: ExampleLabel;
}

const SEGMENT_FIELDS = 5;
const ROW = 2 * SEGMENT_FIELDS + 1;
const LABEL = 2 * SEGMENT_FIELDS;

/** A growing table of examples. */
export class ExampleTable {
  private rows = new Int32Array(ROW * 256);
  private count = 0;

  /** How many examples there are. */
  get length(): number {
    return this.count;
  }

  /** Forgets the examples and keeps the memory. */
  clear(): void {
    this.count = 0;
  }

  /** Adds an example with two segments. */
  addPair(a: Segment, b: Segment, label: ExampleLabel): void {
    const row = this.newRow();
    this.writeSegment(row, a);
    this.writeSegment(row + SEGMENT_FIELDS, b);
    this.rows[row + LABEL] = label;
  }

  /** Adds an example with one segment. */
  addSingle(a: Segment): void {
    const row = this.newRow();
    this.writeSegment(row, a);
    this.rows.fill(0, row + SEGMENT_FIELDS, row + LABEL);
    this.rows[row + LABEL] = NO_LABEL;
  }

  /** Example `index` as an object, with its provenance. @throws RangeError past the last one. */
  at(index: number): Example {
    if (index < 0 || index >= this.count) {
      throw new RangeError(`example ${index} of ${this.count} does not exist`);
    }
    const row = index * ROW;
    const label = this.label(index);
    const a = this.readSegment(row);
    return label === NO_LABEL
      ? { a, label }
      : { a, b: this.readSegment(row + SEGMENT_FIELDS), label };
  }

  /** First token of segment A (0) or B (1) of an example. */
  start(index: number, segment: 0 | 1): number {
    return this.rows[index * ROW + segment * SEGMENT_FIELDS + 3] ?? 0;
  }

  /** One past the last token of segment A (0) or B (1); equal to the start where there is no B. */
  end(index: number, segment: 0 | 1): number {
    return this.rows[index * ROW + segment * SEGMENT_FIELDS + 4] ?? 0;
  }

  /** The label of an example. */
  label(index: number): ExampleLabel {
    return (this.rows[index * ROW + LABEL] ?? NO_LABEL) as ExampleLabel;
  }

  private newRow(): number {
    const row = this.count++ * ROW;
    if (row + ROW > this.rows.length) {
      const larger = new Int32Array(this.rows.length * 2);
      larger.set(this.rows);
      this.rows = larger;
    }
    return row;
  }

  private writeSegment(at: number, segment: Segment): void {
    const rows = this.rows;
    rows[at] = segment.document;
    rows[at + 1] = segment.firstSentence;
    rows[at + 2] = segment.endSentence;
    rows[at + 3] = segment.start;
    rows[at + 4] = segment.end;
  }

  private readSegment(at: number): Segment {
    const field = (offset: number): number => this.rows[at + offset] ?? 0;
    return {
      document: field(0),
      firstSentence: field(1),
      endSentence: field(2),
      start: field(3),
      end: field(4),
    };
  }
}
