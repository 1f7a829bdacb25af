// The curves of a run, from its log: loss, accuracy, learning rate, throughput. What was held out has the colour
// of what was trained on, dashed.
import type { LogRow } from '../loop/trainer-state.ts';
import { curveSvg, type ChartOptions, type Curve } from './curve-svg.ts';

interface Chart extends ChartOptions {
  /** Of its file. */
  readonly name: string;
  /** Whether a figure of the log, without `eval_`, is on it. */
  readonly shows: (figure: string) => boolean;
}

const charts: readonly Chart[] = [
  { name: 'loss', title: 'Loss', shows: (figure) => /^(?:.*_)?loss$/u.test(figure) },
  { name: 'accuracy', title: 'Accuracy', shows: (figure) => /(?:accuracy|f1)$/u.test(figure) },
  {
    name: 'learning-rate',
    title: 'Learning rate',
    shows: (figure) => figure === 'learning_rate',
    fromZero: true,
  },
  {
    name: 'throughput',
    title: 'Tokens per second',
    shows: (figure) => figure === 'tokens_per_second',
    fromZero: true,
  },
];

/** The charts by file name, without those that have nothing to show. */
export function runCharts(log: readonly LogRow[]): ReadonlyMap<string, string> {
  const names = [...new Set(log.flatMap((row) => Object.keys(row)))];
  return new Map(
    charts.flatMap(({ name, shows, ...options }) => {
      // The mean over the whole run is no curve.
      const figures = names.filter((figure) => figure !== 'train_loss' && shows(figureOf(figure)));
      const bases = [...new Set(figures.map(figureOf))];
      const curves = figures.map((figure) => curveOf(figure, log, bases.indexOf(figureOf(figure))));
      const svg = curveSvg(curves, options);
      return svg === undefined ? [] : [[name, svg]];
    }),
  );
}

function figureOf(name: string): string {
  return name.replace(/^eval_/u, '');
}

function curveOf(name: string, log: readonly LogRow[], color: number): Curve {
  const points = log.flatMap((row): [number, number][] => {
    const [step, value] = [row['step'], row[name]];
    return step === undefined || value === undefined ? [] : [[step, value]];
  });
  return { name, points, color, isDashed: name.startsWith('eval_') };
}
