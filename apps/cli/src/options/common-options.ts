// Options that several commands share.
import { flag, list, optionalFlag, optionalWholeNumber, text } from './option-spec.ts';

/** How much is printed, and as what; every command has these. */
export const outputOptions = {
  quiet: flag({ description: 'print results, warnings and errors only' }),
  json: flag({ description: 'print the result as JSON on one line' }),
  verbose: flag({ description: 'print more, and the stack of an unexpected error' }),
};

/** The raw text of vocab and prepare. */
export const trainFile = list({
  description: 'files, folders or globs of text; - reads standard input',
  placeholder: 'file',
  retired: ['train_data_file', 'input_file', 'files'],
});

/** Worker threads. */
export const threads = optionalWholeNumber(
  {
    description: 'worker threads (default: one per core; also --threads)',
    aliases: ['threads', 'num_proc'],
    retired: ['num_workers'],
  },
  { min: 1, max: 1024 },
);

/** Where the result goes. */
export const outputDir = text({
  description: 'folder for the result',
  placeholder: 'folder',
});

/** Whether running text is split by line; unset where a command reads no records. */
export const overwriteOutputDir = flag({
  description: 'write into a folder that is not empty',
});

/** BERT's normalizer, as training and vocab.txt need it. */
export const stripAccents = optionalFlag({
  description: 'remove accents; decomposes Hangul (default: as --lowercase)',
});
