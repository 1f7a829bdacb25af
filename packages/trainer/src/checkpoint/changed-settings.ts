// Which settings of a resumed run differ from those it was begun with.
import type { TrainingArguments } from '../arguments/training-arguments.ts';
import type { Json } from '../json.ts';
import { withSnakeCaseKeys } from './snake-case.ts';

/** Settings that say how to begin, not how to train. */
const beginning = new Set([
  'output_dir',
  'overwrite_output_dir',
  'resume_from_checkpoint',
  'run_name',
]);

/** `learning_rate: 0.0001, was 0.00005`, for each setting that differs. */
export function changedSettings(
  saved: Readonly<Record<string, Json>>,
  args: TrainingArguments,
): string[] {
  return Object.entries(withSnakeCaseKeys(args)).flatMap(([name, value]) => {
    const before = saved[name];
    if (beginning.has(name) || before === undefined) return [];
    const [was, is] = [JSON.stringify(before), JSON.stringify(value)];
    return was === is ? [] : [`${name}: ${is}, was ${was}`];
  });
}
