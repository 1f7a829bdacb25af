// Rows as aligned columns, also where cells hold Hangul.
import { displayWidth } from './display-width.ts';

/** Which edge of its column a cell stands at. */
export type Alignment = 'left' | 'right';

/**
 * Lays rows out in columns, two spaces apart; the last column is not padded.
 *
 * @param alignments of the columns; `left` where none is given
 */
export function formatTable(
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[] = [],
): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell));
    });
  }
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const gap = ' '.repeat((widths[column] ?? 0) - displayWidth(cell));
        return alignments[column] === 'right' ? gap + cell : cell + gap;
      })
      .join('  ')
      .trimEnd(),
  );
}
