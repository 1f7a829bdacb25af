// The colours of charts on white and on a dark page. A chart has them as attributes, for whatever draws SVG, and
// the dark ones as a style sheet, which browsers follow.

/** Lines, in their order. */
const LINES = [
  { light: '#2563eb', dark: '#6ea8fe' },
  { light: '#dc2626', dark: '#ff8a8a' },
  { light: '#059669', dark: '#4ade9f' },
  { light: '#b45309', dark: '#fbbf4d' },
  { light: '#7c3aed', dark: '#b79cff' },
  { light: '#0e7490', dark: '#5fd4e8' },
] as const;

const INK = { light: '#374151', dark: '#d1d5db' };
const GRID = { light: '#e5e7eb', dark: '#374151' };
const PAPER = { light: '#ffffff', dark: '#111827' };

const number = (index: number): number => index % LINES.length;

/** Attributes of what is drawn in the colour of a line. @param property `stroke` or `fill` */
export function lineColor(index: number, property: 'stroke' | 'fill'): string {
  return `class="${property}-${number(index)}" ${property}="${LINES[number(index)]?.light ?? INK.light}"`;
}

export const inkColor = `class="ink" fill="${INK.light}"`;
export const gridColor = `class="grid" stroke="${GRID.light}"`;
export const paperColor = `class="paper" fill="${PAPER.light}"`;

const darkRules = [
  `.ink{fill:${INK.dark}}.grid{stroke:${GRID.dark}}.paper{fill:${PAPER.dark}}`,
  ...LINES.map(({ dark }, i) => `.stroke-${i}{stroke:${dark}}.fill-${i}{fill:${dark}}`),
].join('');

/** The style sheet of a chart. On a page with several of them each has the same rules. */
export const chartStyle = `<style>@media (prefers-color-scheme: dark){${darkRules}}</style>`;
