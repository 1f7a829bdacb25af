// A line chart as SVG, by hand and self-contained: axes with round numbers, lines, a legend; light or dark as
// the reader's page is.
import { chartStyle, gridColor, inkColor, lineColor, paperColor } from './chart-colors.ts';
import { escapeXml } from './escape-xml.ts';

/** One line of a chart. */
export interface Curve {
  readonly name: string;
  /** By ascending x; points that are not finite are left out. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Number of its colour. Default: its place among the curves. */
  readonly color?: number;
  /** Default false. */
  readonly isDashed?: boolean;
}

/** What a chart shows. */
export interface ChartOptions {
  readonly title: string;
  readonly xLabel?: string;
  /** Whether the y axis begins at 0. Default: at the smallest value. */
  readonly fromZero?: boolean;
  /** Pixels. Default 720 by 280. */
  readonly width?: number;
  readonly height?: number;
}

const MARGIN = { left: 64, right: 24, legend: 184, top: 36, bottom: 44 };
const LEGEND_LINE = 18;
const TICKS = 5;

interface Range {
  readonly low: number;
  readonly high: number;
}

/** A place on paper for the values of both axes. */
interface Plot {
  readonly xs: Range;
  readonly ys: Range;
  readonly right: number;
  readonly bottom: number;
  readonly toX: (x: number) => number;
  readonly toY: (y: number) => number;
}

/** The chart, or undefined when there is no point to show. One curve alone has no legend: the title names it. */
export function curveSvg(curves: readonly Curve[], options: ChartOptions): string | undefined {
  const { title, xLabel = 'step', width = 720, height = 280 } = options;
  const shown = curves
    .map((curve, i) => ({
      color: i,
      ...curve,
      points: curve.points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y)),
    }))
    .filter(({ points }) => points.length > 0);
  if (shown.length === 0) return undefined;
  const right = width - (shown.length > 1 ? MARGIN.legend : MARGIN.right);
  const plot = plotOf(shown, { right, bottom: height - MARGIN.bottom }, options.fromZero ?? false);
  const middle = (MARGIN.left + right) / 2;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
      `font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="${escapeXml(title)}">`,
    chartStyle,
    `<rect width="${width}" height="${height}" ${paperColor}/>`,
    `<text x="${MARGIN.left}" y="22" font-size="14" font-weight="600" ${inkColor}>${escapeXml(title)}</text>`,
    ...gridOf(plot),
    ...shown.map((curve) => lineOf(curve, plot)),
    ...(shown.length > 1 ? shown.flatMap((curve, i) => legendOf(curve, i, right)) : []),
    `<text x="${middle}" y="${height - 8}" text-anchor="middle" ${inkColor}>${escapeXml(xLabel)}</text>`,
    '</svg>',
  ].join('\n');
}

type ShownCurve = Curve & { readonly color: number };

function plotOf(
  curves: readonly Curve[],
  { right, bottom }: Pick<Plot, 'right' | 'bottom'>,
  fromZero: boolean,
): Plot {
  const all = curves.flatMap(({ points }) => points);
  const xs = rangeOf(all.map(([x]) => x));
  const ys = rangeOf([...all.map(([, y]) => y), ...(fromZero ? [0] : [])]);
  const toX = (x: number): number => scale(x, xs, MARGIN.left, right);
  const toY = (y: number): number => scale(y, ys, bottom, MARGIN.top);
  return { xs, ys, right, bottom, toX, toY };
}

/** A line across and a number for each tick of y; a number below for each of x. */
function gridOf({ xs, ys, right, bottom, toX, toY }: Plot): string[] {
  const across = ticks(ys).map((y) => {
    const at = toY(y).toFixed(1);
    const line = `<line x1="${MARGIN.left}" x2="${right}" y1="${at}" y2="${at}" ${gridColor}/>`;
    const text = `<text x="${MARGIN.left - 8}" y="${at}" dy="4" text-anchor="end" ${inkColor}>${label(y)}</text>`;
    return line + text;
  });
  const below = ticks(xs).map((x) => {
    const at = toX(x).toFixed(1);
    return `<text x="${at}" y="${bottom + 18}" text-anchor="middle" ${inkColor}>${label(x)}</text>`;
  });
  return [...across, ...below];
}

function lineOf({ points, color, isDashed = false }: ShownCurve, { toX, toY }: Plot): string {
  const places = points.map(([x, y]) => [toX(x).toFixed(1), toY(y).toFixed(1)] as const);
  const [first] = places;
  // A line of one point would not be seen.
  if (places.length === 1 && first) {
    return `<circle cx="${first[0]}" cy="${first[1]}" r="3" ${lineColor(color, 'fill')}/>`;
  }
  const path = places.map((place) => place.join(',')).join(' ');
  return `<polyline points="${path}" fill="none" stroke-width="1.8"${dashes(isDashed)} ${lineColor(color, 'stroke')}/>`;
}

function legendOf(
  { name, color, isDashed = false }: ShownCurve,
  i: number,
  right: number,
): string[] {
  const y = MARGIN.top + 6 + LEGEND_LINE * i;
  const from = right + 14;
  return [
    `<line x1="${from}" x2="${from + 20}" y1="${y}" y2="${y}" stroke-width="1.8"${dashes(isDashed)} ${lineColor(color, 'stroke')}/>`,
    `<text x="${from + 26}" y="${y}" dy="4" ${inkColor}>${escapeXml(name)}</text>`,
  ];
}

function dashes(isDashed: boolean): string {
  return isDashed ? ' stroke-dasharray="5 3"' : '';
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
  return isPlain
    ? rounded.toLocaleString('en-US', { maximumFractionDigits: 9 })
    : rounded.toExponential(1);
}
