// malmoi fill-mask: what a model would put in the blanks of a text.
import { defineCommand } from '../command.ts';
import { fillMaskOptions } from '../fill-mask/options.ts';

/** Fills blanks. */
export const fillMask = defineCommand({
  name: 'fill-mask',
  summary: 'fill the blanks of a text',
  description:
    'Fills each [MASK] with the words that the model finds most likely. Without --text every line of standard\n' +
    'input is a text. With --json there is a line for each text, its masks with the rows of transformers.',
  options: fillMaskOptions,
  examples: [
    "--model_name_or_path my-bert --text '이순신은 [MASK] 중기의 무신이다.'",
    "--model_name_or_path my-bert --text '나는 [MASK]을 먹었다.' --targets 밥 빵 --top_k 2",
    '--model_name_or_path my-bert --json < sentences.txt',
  ],
  execute: async (values, context) => {
    const { fillBlanks } = await import('../fill-mask/fill-blanks.ts');
    await fillBlanks(values, context);
    return undefined;
  },
});
