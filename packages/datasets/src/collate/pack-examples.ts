// Packing: several short sequences share a row, so that less of a batch is padding. Attention stays inside each
// sequence (Krell et al., "Efficient Sequence Packing without Cross-contamination", 2021).
import type { ExampleReference } from '../examples/example-stream.ts';
import { exampleLength } from './mlm-collator.ts';

/** Rows of examples, and how much of them is text. */
export interface Packing {
  readonly rows: readonly (readonly ExampleReference[])[];
  /** Tokens divided by rows * maxSeqLength, from 0 to 1. */
  readonly fillRate: number;
}

/**
 * Deals examples to rows by best fit: the longest first, each into the fullest row that still has room. Within
 * a row, and among rows, the order is fixed by lengths and by the order given.
 *
 * @param maxSeqLength tokens of a row, special tokens included; no example may be longer
 */
export function packExamples(examples: readonly ExampleReference[], maxSeqLength: number): Packing {
  const rows: ExampleReference[][] = [];
  /** Rows by the room that is left in them. */
  const byRoom = Array.from({ length: maxSeqLength + 1 }, (): ExampleReference[][] => []);
  let tokens = 0;
  for (const example of examples.toSorted((a, b) => exampleLength(b) - exampleLength(a))) {
    const length = exampleLength(example);
    tokens += length;
    let room = length;
    while (room <= maxSeqLength && (byRoom[room]?.length ?? 0) === 0) room++;
    let row = byRoom[room]?.pop();
    if (row === undefined) {
      room = maxSeqLength;
      row = [];
      rows.push(row);
    }
    row.push(example);
    byRoom[room - length]?.push(row);
  }
  return { rows, fillRate: rows.length === 0 ? 0 : tokens / (rows.length * maxSeqLength) };
}
