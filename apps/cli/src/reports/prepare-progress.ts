// How far a corpus is prepared, in a line.
import type { PrepareProgressReport } from '@malmoi/datasets/node';

import { formatBytes, formatCount, formatSeconds } from '../output/format-number.ts';

/** The line. */
export function prepareProgressLine(report: PrepareProgressReport): string {
  const { documents, tokens, bytes, totalBytes, megabytesPerSecond, etaSeconds } = report;
  const read =
    totalBytes === undefined
      ? formatBytes(bytes)
      : `${formatBytes(bytes)} of ${formatBytes(totalBytes)}`;
  const eta = etaSeconds === undefined ? '' : `  ETA ${formatSeconds(etaSeconds)}`;
  return (
    `tokenizing  ${read}  ${formatCount(documents)} documents  ${formatCount(tokens)} tokens  ` +
    `${megabytesPerSecond.toFixed(1)} MB/s${eta}`
  );
}
