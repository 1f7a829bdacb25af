// A line chart as SVG, by hand and self-contained: axes with round numbers, lines, a legend.
import { escapeXml } from './escape-xml.ts';

/** One line of a chart. */
export interface Curve {
  readonly name: string;
  /** By ascending x; points that are not finite are left out. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** What a chart shows. */
export interface ChartOptions {
  readonly title: string;
  readonly xLabel?: string;
  /** Pixels. Default 720 by 280. */
  readonly width?: number;
  readonly height?: number;
}

const COLORS = ['#2563eb', '#dc2626', '#059669', '#d97706', '#7c3aed', '#0891b2'];
const MARGIN = { left: 64, right: 136, top: 36, bottom: 44 };
const TICKS = 5;

interface Range {
  readonly low: number;
  readonly high: number;
}

/** The chart, or undefined when there is no point to show. */
export function curveSvg(curves: readonly Curve[], options: ChartOptions): string | undefined {
  const { title, xLabel = 'step', width = 720, height = 280 } = options;
  const shown = curves
    .map(({ name, points }) => ({
      name,
      points: points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y)),
    }))
    .filter(({ points }) => points.length > 0);
  if (shown.length === 0) return undefined;
  const all = shown.flatMap(({ points }) => points);
  const xs = rangeOf(all.map(([x]) => x));
  const ys = rangeOf(all.map(([, y]) => y));
  const right = width - MARGIN.right;
  const bottom = height - MARGIN.bottom;
  const toX = (x: number): number => scale(x, xs, MARGIN.left, right);
  const toY = (y: number): number => scale(y, ys, bottom, MARGIN.top);

  const grid = [
    ...ticks(ys).map((y) => {
      const at = toY(y).toFixed(1);
      const line = `<line x1="${MARGIN.left}" x2="${right}" y1="${at}" y2="${at}" stroke="#e5e7eb"/>`;
      return `${line}<text x="${MARGIN.left - 8}" y="${at}" dy="4" text-anchor="end">${label(y)}</text>`;
    }),
    ...ticks(xs).map(
      (x) =>
        `<text x="${toX(x).toFixed(1)}" y="${bottom + 18}" text-anchor="middle">${label(x)}</text>`,
    ),
  ];
  const lines = shown.map(({ points }, i) => {
    const path = points.map(([x, y]) => `${toX(x).toFixed(1)},${toY(y).toFixed(1)}`).join(' ');
    const color = COLORS[i % COLORS.length] ?? '#000';
    const [first] = points;
    // A line of one point would not be seen.
    return points.length === 1 && first
      ? `<circle cx="${toX(first[0]).toFixed(1)}" cy="${toY(first[1]).toFixed(1)}" r="3" fill="${color}"/>`
      : `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="1.8"/>`;
  });
  const legend = shown.map(({ name }, i) => {
    const y = MARGIN.top + 4 + 16 * i;
    const color = COLORS[i % COLORS.length] ?? '#000';
    return `<text x="${right + 12}" y="${y + 6}" fill="${color}">${escapeXml(name)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
      'font-family="system-ui, sans-serif" font-size="12" fill="#374151" role="img" ' +
      `aria-label="${escapeXml(title)}">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${MARGIN.left}" y="22" font-size="14" font-weight="600">${escapeXml(title)}</text>`,
    ...grid,
    ...lines,
    ...legend,
    `<text x="${(MARGIN.left + right) / 2}" y="${height - 8}" text-anchor="middle">${escapeXml(xLabel)}</text>`,
    '</svg>',
  ].join('\n');
}

/** From the smallest to the largest; a little wider where they are equal. */
function rangeOf(values: readonly number[]): Range {
  const low = values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
  if (low < high) return { low, high };
  const around = Math.abs(low) / 2 || 1;
  return { low: low - around, high: high + around };
}

function scale(value: number, { low, high }: Range, from: number, to: number): number {
  return from + ((value - low) / (high - low)) * (to - from);
}

/** Round numbers within a range: multiples of 1, 2 or 5 times a power of ten. */
export function ticks({ low, high }: Range): number[] {
  const rough = (high - low) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: count }, (_, i) => (first + i) * step);
}

function label(value: number): string {
  const rounded = Number(value.toPrecision(6));
  const isPlain = rounded === 0 || (Math.abs(rounded) >= 1e-3 && Math.abs(rounded) < 1e6);
  return isPlain ? String(rounded) : rounded.toExponential(1);
}
