// Figures as the text of a results file.

/** Sorted by name, as transformers writes them; the step is no result. */
export function metricsJson(row: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(row).filter(([name]) => name !== 'step');
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(sorted), null, 4)}\n`;
}
