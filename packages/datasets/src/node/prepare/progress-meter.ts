// Turns counts into progress reports, about two a second.
import type { PrepareProgressReport } from './prepare-options.ts';

const INTERVAL_MILLISECONDS = 500;

/** Reports progress with rate and remaining time. */
export class ProgressMeter {
  private readonly started = performance.now();
  private reported = 0;
  private readonly report: ((report: PrepareProgressReport) => void) | undefined;
  private readonly totalBytes: number | undefined;
  private readonly bytesRead: () => number;

  constructor(
    report: ((report: PrepareProgressReport) => void) | undefined,
    totalBytes: number | undefined,
    bytesRead: () => number,
  ) {
    this.report = report;
    this.totalBytes = totalBytes;
    this.bytesRead = bytesRead;
  }

  /** Reports, unless the last report was a moment ago. */
  update(documents: number, tokens: number, isLast = false): void {
    const now = performance.now();
    if (this.report === undefined) return;
    if (!isLast && now - this.reported < INTERVAL_MILLISECONDS) return;
    this.reported = now;
    const seconds = Math.max(1e-3, (now - this.started) / 1000);
    const bytes = this.bytesRead();
    const left = this.totalBytes === undefined ? undefined : this.totalBytes - bytes;
    this.report({
      documents,
      tokens,
      bytes,
      totalBytes: this.totalBytes,
      megabytesPerSecond: bytes / seconds / 1e6,
      etaSeconds: left === undefined || bytes === 0 ? undefined : (left / bytes) * seconds,
    });
  }
}
