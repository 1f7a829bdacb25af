// The words of a corpus laid out for merging: four numbers per symbol, so that what one merge reads of a
// symbol lies in one cache line.
import type { SymbolCorpus } from './symbol-corpus.ts';

/** Numbers per cell. Offsets of cells, here and in the pair table, count numbers, not cells. */
export const CELL = 4;
/** The token that starts at the cell; {@link NO_SYMBOL} between words. */
export const SYMBOL = 0;
/** The id of the pair which that token forms with the next one; {@link NO_PAIR} at the end of a word. */
export const PAIR = 1;
/** How far the token reaches, as an offset; kept in its first cell and in its last. */
export const SPAN = 2;
/** Index of the word, for its count. */
export const WORD = 3;

export const NO_SYMBOL = -1;
export const NO_PAIR = -1;

/**
 * Lays the words out one after another, a cell of {@link NO_SYMBOL} around each. Words of fewer than two
 * symbols form no pair and are left out. When two tokens merge, the left one's cells grow over the
 * right one's: the next token starts SPAN after a token's first cell, the one before it ends right
 * before it.
 */
export function layOutWords(corpus: SymbolCorpus): Int32Array {
  const { symbols, starts, counts } = corpus;
  let total = 1;
  for (let word = 0; word < counts.length; word++) {
    const length = (starts[word + 1] ?? 0) - (starts[word] ?? 0);
    if (length > 1) total += length + 1;
  }
  const cells = new Int32Array(CELL * total);
  let cell = 0;
  cells[SYMBOL] = NO_SYMBOL;
  cells[PAIR] = NO_PAIR;
  for (let word = 0; word < counts.length; word++) {
    const start = starts[word] ?? 0;
    const end = starts[word + 1] ?? 0;
    if (end - start < 2) continue;
    for (let at = start; at < end; at++) {
      cell += CELL;
      cells[cell + SYMBOL] = symbols[at] ?? NO_SYMBOL;
      cells[cell + PAIR] = NO_PAIR;
      cells[cell + SPAN] = CELL;
      cells[cell + WORD] = word;
    }
    cell += CELL;
    cells[cell + SYMBOL] = NO_SYMBOL;
    cells[cell + PAIR] = NO_PAIR;
  }
  return cells;
}
