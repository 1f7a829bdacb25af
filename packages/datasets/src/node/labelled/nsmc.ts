// NSMC, Korean film reviews with their sentiment (github.com/e9t/nsmc): id, document and label between tabs,
// never quoted, under a header.
import { CorpusWarnings } from '../../corpus/warnings.ts';
import { RecordError } from '../../errors.ts';
import type { TextExample } from '../../labelled/examples.ts';
import { fileLines } from './file-lines.ts';

/** A review: `0` is negative, `1` positive. */
export interface NsmcExample extends TextExample {
  readonly label: '0' | '1';
  readonly id: string;
}

/**
 * The reviews of `ratings_train.txt`, `ratings_test.txt` or `ratings.txt`. Empty reviews (the published
 * files have a few) are left out and counted as `emptyRecords`.
 *
 * @throws RecordError (MALFORMED_ROW, INVALID_LABEL) with file and line
 */
export async function* readNsmc(
  path: string,
  { warnings = new CorpusWarnings() }: { readonly warnings?: CorpusWarnings } = {},
): AsyncGenerator<NsmcExample> {
  for await (const batch of fileLines(path, warnings)) {
    for (const { text: row, line } of batch) {
      if (row === '' || (line === 1 && row.startsWith('id\t'))) continue;
      const [id, text, label, ...rest] = row.split('\t');
      if (id === undefined || text === undefined || label === undefined || rest.length > 0) {
        const problem = `expected id, document and label between tabs, found ${row.split('\t').length} fields.`;
        throw new RecordError('MALFORMED_ROW', path, line, problem);
      }
      if (label !== '0' && label !== '1') {
        throw new RecordError('INVALID_LABEL', path, line, 'expected the label 0 or 1.');
      }
      if (text.trim() === '') warnings.add('emptyRecords', path, line);
      else yield { id, text: text.trim(), label };
    }
  }
}
