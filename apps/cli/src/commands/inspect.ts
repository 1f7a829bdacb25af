// malmoi inspect: what is in a file or folder.
import { type CommandContext, defineCommand } from '../command.ts';
import { type OptionValues, text } from '../options/option-spec.ts';

const options = {
  path: text({ description: 'a file or folder' }),
};

type Values = OptionValues<typeof options>;

/** Summarizes a file or folder. */
export const inspect = defineCommand({
  name: 'inspect',
  summary: 'say what is in a file or folder',
  description:
    'Summarizes a tokenizer, a set of token shards, a safetensors file, an index of shards, a configuration, a\n' +
    'model folder or a checkpoint. Shards are verified. --verbose lists every tensor.',
  options,
  positional: 'path',
  examples: ['my-bert', 'my-bert/model.safetensors --verbose', 'shards', 'my-tokenizer --json'],
  execute,
});

async function execute({ path }: Values, { output }: CommandContext): Promise<undefined> {
  const { inspectPath } = await import('../inspect/inspect-path.ts');
  const { kind, data, lines } = await inspectPath(path, output.options.verbose);
  output.result({ path, kind, ...data }, () => [`${path}: ${kind}`, ...lines]);
}
