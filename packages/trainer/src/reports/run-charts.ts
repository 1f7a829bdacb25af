// The curves of a run, from its log: loss, accuracy, learning rate, throughput.
import type { LogRow } from '../loop/trainer-state.ts';
import { curveSvg, type Curve } from './curve-svg.ts';

/** The charts by file name, without those that have nothing to show. */
export function runCharts(log: readonly LogRow[]): ReadonlyMap<string, string> {
  const names = [...new Set(log.flatMap((row) => Object.keys(row)))];
  const curves = (matches: (name: string) => boolean): Curve[] =>
    names.filter(matches).map((name) => ({
      name,
      points: log.flatMap((row): [number, number][] => {
        const [step, value] = [row['step'], row[name]];
        return step === undefined || value === undefined ? [] : [[step, value]];
      }),
    }));
  const charts: [string, string, Curve[]][] = [
    ['loss', 'Loss', curves((name) => /(?:^|_)loss$/u.test(name) && name !== 'train_loss')],
    ['accuracy', 'Accuracy', curves((name) => /(?:accuracy|f1)$/u.test(name))],
    ['learning-rate', 'Learning rate', curves((name) => name === 'learning_rate')],
    ['throughput', 'Tokens per second', curves((name) => name === 'tokens_per_second')],
  ];
  return new Map(
    charts.flatMap(([name, title, shown]) => {
      const svg = curveSvg(shown, { title });
      return svg === undefined ? [] : [[name, svg]];
    }),
  );
}
