// The names under which moments are saved; the two stems are PyTorch's.
import type { AdamWState } from '@malmoi/ops';
import type { Variable } from '@tensorflow/tfjs-core';

/** `exp_avg/<parameter>` and `exp_avg_sq/<parameter>`, in the order of the parameters. */
export function momentsByName(
  names: readonly string[],
  { expAvg, expAvgSq }: AdamWState,
): Map<string, Variable> {
  const entries = (stem: string, moments: readonly Variable[]): [string, Variable][] =>
    moments.map((moment, i) => [`${stem}/${names[i] ?? ''}`, moment]);
  return new Map([...entries('exp_avg', expAvg), ...entries('exp_avg_sq', expAvgSq)]);
}
