// What train-step and inference do alike: read the flags, and have the contestants measure one model after the other.
import { parseArgs } from 'node:util';

import { bertModels } from './bert-models.mjs';
import { checkNames, contestFlags, contestLine, requireBuild, runContest } from './contest.mjs';

/**
 * Runs a contest for each model that the command line names.
 *
 * @param contestants what can be measured, by name: its command and its settings (see runContest).
 * @param options
 *   `models` and `seconds`, defaults of these flags; `onlyIfNamed`, contestants not worth the wait unless asked for;
 *   `explanation`, what the tables compare; `settingsOf(model)`, what all of them are told beside the sizes of the
 *   model; `enters(name, model)`, false where one of them has nothing to measure; `print(entries)`, which shows what
 *   runContest returned.
 */
export async function runModelContests(contestants, options) {
  const { onlyIfNamed, explanation, settingsOf, enters = () => true, print } = options;
  const byDefault = Object.keys(contestants).filter((name) => !onlyIfNamed.includes(name));
  const { values } = parseArgs({
    options: {
      ...contestFlags,
      models: { type: 'string', default: options.models },
      seconds: { type: 'string', default: options.seconds },
      contestants: { type: 'string', default: byDefault.join(';') },
    },
  });
  const models = values.models.split(',');
  const names = values.contestants.split(';');
  checkNames('--models', models, Object.keys(bertModels));
  checkNames('--contestants', names, Object.keys(contestants));
  requireBuild();

  console.log(`${contestLine(values)}\n${explanation}`);
  const env = { TF_NUM_INTRAOP_THREADS: values.threads, TF_CPP_MIN_LOG_LEVEL: '3' };
  const [threads, seconds] = [Number(values.threads), Number(values.seconds)];
  for (const model of models) {
    const [sizes, own] = [bertModels[model], settingsOf(model)];
    const entrants = names
      .filter((name) => enters(name, model))
      .map((name) => {
        const [command, settings] = contestants[name];
        return { name, command, settings: { sizes, threads, seconds, ...own, ...settings }, env };
      });
    console.log(`\n${model}: ${JSON.stringify({ ...sizes, ...own })}`);
    print(await runContest(entrants, Number(values.rounds)));
  }
}

/**
 * transformers in three variants: as it is, and with more and more computed only where it is read.
 *
 * @param command peer.py of a benchmark, whose docstring says what `onlyRead` means.
 */
export function torchContestants(command, precision) {
  const name = `torch ${precision}`;
  return {
    [name]: [command, { precision, onlyRead: 'nothing' }],
    [`${name}, head where read`]: [command, { precision, onlyRead: 'head' }],
    [`${name}, last layer where read`]: [command, { precision, onlyRead: 'lastLayer' }],
  };
}
