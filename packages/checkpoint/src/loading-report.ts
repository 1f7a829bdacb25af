// What did not fit when weights were loaded, and the table in which transformers 5 shows it
// (`utils/loading_report.py`: one row per name, layers with the same finding merged into `{0, 1}`).
import type { LoadReport } from '@malmoi/bert-model';

/** The report of {@link loadCheckpoint}: what bert-model's own says, and where the weights came from. */
export interface LoadingReport extends LoadReport {
  /** Class the weights were loaded into, by its transformers name: `BertForPreTraining`. */
  readonly architecture: string;
  /** Folder the weights were read from. */
  readonly source: string;
}

/** More indices than this are shown as `first...last`. */
const LISTED_INDICES = 10;

interface Row {
  readonly key: string;
  readonly status: 'UNEXPECTED' | 'MISSING' | 'MISMATCH';
  readonly details: string;
}

/**
 * The report as a table, or undefined when everything fitted.
 *
 * UNEXPECTED names are in the file only, MISSING ones in the model only (they keep their initial values),
 * MISMATCH ones in both with different shapes.
 */
export function formatLoadingReport(report: LoadingReport): string | undefined {
  const rows = [
    ...toRows(
      'UNEXPECTED',
      report.unexpected.map((name) => ({ name, details: '' })),
    ),
    ...toRows(
      'MISSING',
      report.missing.map((name) => ({ name, details: '' })),
    ),
    ...toRows(
      'MISMATCH',
      report.mismatched.map(({ name, expected, found }) => ({
        name,
        details: `Reinit due to size mismatch - ckpt: ${shapeText(found)} vs model:${shapeText(expected)}`,
      })),
    ),
  ];
  if (rows.length === 0) return undefined;
  return `${report.architecture} LOAD REPORT from: ${report.source}\n${formatTable(rows)}`;
}

function shapeText(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

/** Merges names that differ only in their indices and have the same details. */
function toRows(
  status: Row['status'],
  findings: readonly { name: string; details: string }[],
): Row[] {
  const groups = new Map<string, { parts: string[]; indices: Set<number>[]; details: string }>();
  for (const { name, details } of findings) {
    const { parts, indices } = splitIndices(name);
    // transformers keys a group by the pattern alone; with the details two shapes never share a row.
    const key = JSON.stringify([parts, details]);
    const group = groups.get(key) ?? {
      parts,
      indices: indices.map(() => new Set<number>()),
      details,
    };
    for (const [position, index] of indices.entries()) group.indices[position]?.add(index);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ parts, indices, details }) => ({
    key: parts.map((part, position) => part + indexText(indices[position])).join(''),
    status,
    details,
  }));
}

/** `encoder.layer.3.x` → parts `encoder.layer.`, `.x` and index 3. */
function splitIndices(name: string): { parts: string[]; indices: number[] } {
  const parts: string[] = [];
  const indices: number[] = [];
  let part = '';
  for (const [position, segment] of name.split('.').entries()) {
    if (position > 0) part += '.';
    if (position > 0 && /^\d+$/.test(segment)) {
      indices.push(Number(segment));
      parts.push(part);
      part = '';
    } else {
      part += segment;
    }
  }
  return { parts: [...parts, part], indices };
}

function indexText(indices: ReadonlySet<number> | undefined): string {
  if (indices === undefined) return '';
  const sorted = [...indices].sort((a, b) => a - b);
  if (sorted.length === 1) return String(sorted[0]);
  return sorted.length > LISTED_INDICES
    ? `{${sorted[0] ?? ''}...${sorted.at(-1) ?? ''}}`
    : `{${sorted.join(', ')}}`;
}

function formatTable(rows: readonly Row[]): string {
  const cells = [
    ['Key', 'Status', 'Details'],
    ...rows.map(({ key, status, details }) => [key, status, details]),
  ];
  const widths = [0, 1, 2].map((column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  const lines = cells.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | '),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('-+-');
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}
