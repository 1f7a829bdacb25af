// Counts every pair of neighbouring symbols once, before the first merge.
import { PairTable } from './pair-table.ts';
import { CELL, NO_SYMBOL, PAIR, SYMBOL, WORD } from './word-cells.ts';

/**
 * Finds all pairs of the corpus with their counts and occurrences, and notes each cell's pair in it.
 * @param cells what layOutWords gave
 * @param counts occurrences of each word
 * @param maxTokens one more than the highest token id that merges may reach
 */
export function collectPairs(
  cells: Int32Array,
  counts: Float64Array,
  maxTokens: number,
): PairTable {
  const { pairs, occurrences } = countPairs(cells, counts, maxTokens);
  pairs.reserveOccurrences(occurrences);
  for (let pair = 0; pair < pairs.size; pair++) {
    // runEnds still holds how many occurrences the pair has.
    const start = pairs.occurrencesUsed;
    pairs.occurrencesUsed += pairs.runEnds[pair] ?? 0;
    pairs.runStarts[pair] = start;
    pairs.runEnds[pair] = start;
  }
  const { runEnds, occurrences: places } = pairs;
  for (let cell = CELL; cell < cells.length - CELL; cell += CELL) {
    const pair = cells[cell + PAIR] ?? -1;
    if (pair < 0) continue;
    const end = runEnds[pair] ?? 0;
    places[end] = cell;
    runEnds[pair] = end + 1;
  }
  return pairs;
}

/** Slots are [left, right, pair]; left is -1 where the slot is free. The fourth number fills a line up. */
const SLOT = 4;
const FREE = -1;

function countPairs(
  cells: Int32Array,
  counts: Float64Array,
  maxTokens: number,
): { pairs: PairTable; occurrences: number } {
  const pairs = new PairTable(maxTokens);
  let slots = new Int32Array(SLOT << 16).fill(FREE);
  let mask = slots.length / SLOT - 1;
  let occurrences = 0;
  let left = NO_SYMBOL;
  for (let cell = CELL; cell < cells.length; cell += CELL) {
    const right = cells[cell + SYMBOL] ?? NO_SYMBOL;
    if (left !== NO_SYMBOL && right !== NO_SYMBOL) {
      const slot = findSlot(slots, mask, left, right);
      let pair = slots[slot + 2] ?? FREE;
      if (pair === FREE) {
        pairs.reservePairs(1);
        pair = pairs.add(left, right);
        slots[slot] = left;
        slots[slot + 1] = right;
        slots[slot + 2] = pair;
        if (2 * pairs.size > mask) {
          slots = rehash(pairs, 2 * slots.length);
          mask = slots.length / SLOT - 1;
        }
      }
      const first = cell - CELL;
      cells[first + PAIR] = pair;
      pairs.counts[pair] = (pairs.counts[pair] ?? 0) + (counts[cells[first + WORD] ?? 0] ?? 0);
      pairs.runEnds[pair] = (pairs.runEnds[pair] ?? 0) + 1;
      occurrences++;
    }
    left = right;
  }
  return { pairs, occurrences };
}

/** Where a pair stands in the slots, or the free slot where it belongs. */
function findSlot(slots: Int32Array, mask: number, left: number, right: number): number {
  const mixed = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
  let slot = SLOT * ((mixed ^ (mixed >>> 15)) & mask);
  while (slots[slot] !== FREE && (slots[slot] !== left || slots[slot + 1] !== right)) {
    slot = (slot + SLOT) & (SLOT * mask + SLOT - 1);
  }
  return slot;
}

function rehash(pairs: PairTable, length: number): Int32Array<ArrayBuffer> {
  const slots = new Int32Array(length).fill(FREE);
  const mask = length / SLOT - 1;
  for (let pair = 0; pair < pairs.size; pair++) {
    const left = pairs.lefts[pair] ?? 0;
    const right = pairs.rights[pair] ?? 0;
    const slot = findSlot(slots, mask, left, right);
    slots[slot] = left;
    slots[slot + 1] = right;
    slots[slot + 2] = pair;
  }
  return slots;
}
