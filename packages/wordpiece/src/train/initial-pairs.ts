// Counts every pair of neighbouring symbols once, before the first merge.
import { PairTable } from './pair-table.ts';
import { CELL, NO_SYMBOL, PAIR, SYMBOL, WORD } from './word-cells.ts';

/**
 * Finds all pairs of the corpus with their counts and occurrences, and notes each cell's pair in it.
 * A counting sort by left symbol, then one by right symbol within it: no hash table, and pairs are
 * numbered by (left, right).
 * @param cells what layOutWords gave
 * @param counts occurrences of each word
 * @param symbolCount one more than the highest symbol in `cells`
 * @param maxTokens one more than the highest token id that merges may reach
 */
export function collectPairs(
  cells: Int32Array,
  counts: Float64Array,
  symbolCount: number,
  maxTokens: number,
): PairTable {
  const { order, bounds } = sortByLeft(cells, symbolCount);
  const pairs = new PairTable(maxTokens, order.length);
  const lengths = new Int32Array(symbolCount);
  const pairOfRight = new Int32Array(symbolCount);
  const rights: number[] = [];
  for (let left = 0; left < symbolCount; left++) {
    const bucket = order.subarray(bounds[left], bounds[left + 1]);
    rights.length = 0;
    for (const cell of bucket) {
      const right = cells[cell + CELL + SYMBOL] ?? NO_SYMBOL;
      if (lengths[right] === 0) rights.push(right);
      lengths[right] = (lengths[right] ?? 0) + 1;
    }
    rights.sort((a, b) => a - b);
    pairs.reservePairs(rights.length);
    for (const right of rights) {
      const pair = pairs.add(left, right);
      pairOfRight[right] = pair;
      pairs.runStarts[pair] = pairs.occurrencesUsed;
      pairs.runEnds[pair] = pairs.occurrencesUsed;
      pairs.occurrencesUsed += lengths[right] ?? 0;
      lengths[right] = 0;
    }
    recordBucket(cells, counts, bucket, pairs, pairOfRight);
  }
  return pairs;
}

/** The cells that start a pair, in ascending order within each left symbol. */
function sortByLeft(
  cells: Int32Array,
  symbolCount: number,
): { order: Int32Array; bounds: Int32Array } {
  const bounds = new Int32Array(symbolCount + 1);
  for (let cell = CELL; cell < cells.length - CELL; cell += CELL) {
    if (!startsPair(cells, cell)) continue;
    const left = cells[cell + SYMBOL] ?? NO_SYMBOL;
    bounds[left + 1] = (bounds[left + 1] ?? 0) + 1;
  }
  for (let left = 0; left < symbolCount; left++) {
    bounds[left + 1] = (bounds[left + 1] ?? 0) + (bounds[left] ?? 0);
  }
  const next = bounds.slice();
  const order = new Int32Array(bounds[symbolCount] ?? 0);
  for (let cell = CELL; cell < cells.length - CELL; cell += CELL) {
    if (!startsPair(cells, cell)) continue;
    const left = cells[cell + SYMBOL] ?? NO_SYMBOL;
    const at = next[left] ?? 0;
    next[left] = at + 1;
    order[at] = cell;
  }
  return { order, bounds };
}

function startsPair(cells: Int32Array, cell: number): boolean {
  return cells[cell + SYMBOL] !== NO_SYMBOL && cells[cell + CELL + SYMBOL] !== NO_SYMBOL;
}

/** Enters the occurrences of one left symbol into their pairs' runs. */
function recordBucket(
  cells: Int32Array,
  counts: Float64Array,
  bucket: Int32Array,
  pairs: PairTable,
  pairOfRight: Int32Array,
): void {
  const { runEnds, occurrences, counts: pairCounts } = pairs;
  for (const cell of bucket) {
    const right = cells[cell + CELL + SYMBOL] ?? NO_SYMBOL;
    const pair = pairOfRight[right] ?? -1;
    const end = runEnds[pair] ?? 0;
    occurrences[end] = cell;
    runEnds[pair] = end + 1;
    pairCounts[pair] = (pairCounts[pair] ?? 0) + (counts[cells[cell + WORD] ?? 0] ?? 0);
    cells[cell + PAIR] = pair;
  }
}
