// CoNLL files: one token per line with its tags in columns, a blank line after each sentence. KLUE's NER files
// are of this kind, with a character for a token, tabs between columns and comments after ##.
import type { TextLine } from '../corpus/read-lines.ts';
import { RecordError } from '../errors.ts';
import type { TokenExample } from './examples.ts';

export interface ConllOptions {
  /** 0-based column of the token. Default 0. */
  readonly tokenColumn?: number;
  /** 0-based column of the tag; negative counts from the end. Default -1, the last. */
  readonly tagColumn?: number;
  /** Lines that begin with it are comments. Default none. */
  readonly comment?: string;
  /** The identifier that a comment gives to the sentence after it. Default: none does. */
  readonly idOfComment?: (comment: string) => string | undefined;
}

/**
 * The sentences of a CoNLL file. Columns are separated by tabs on lines that have one (so that a token may be
 * a space), otherwise by spaces. `-DOCSTART-` lines are passed over.
 *
 * @throws RecordError (MALFORMED_ROW) with file and line
 */
export async function* readConll(
  lines: AsyncIterable<readonly TextLine[]>,
  source: string,
  options: ConllOptions = {},
): AsyncGenerator<TokenExample> {
  const { tokenColumn = 0, tagColumn = -1, comment, idOfComment } = options;
  let tokens: string[] = [];
  let tags: string[] = [];
  let id: string | undefined;
  const finish = (): TokenExample => {
    const example = { tokens, tags, ...(id === undefined ? {} : { id }) };
    tokens = [];
    tags = [];
    id = undefined;
    return example;
  };
  for await (const batch of lines) {
    for (const { text, line } of batch) {
      const isBlank = text.trim() === '';
      const isComment = comment !== undefined && text.startsWith(comment);
      if ((isBlank || isComment) && tokens.length > 0) yield finish();
      if (isComment) id = idOfComment?.(text) ?? id;
      if (isBlank || isComment || text.startsWith('-DOCSTART-')) continue;
      const columns = text.includes('\t')
        ? text.split('\t')
        : text.trim().split(' ').filter(Boolean);
      tokens.push(column(columns, tokenColumn, source, line));
      tags.push(column(columns, tagColumn, source, line));
    }
  }
  if (tokens.length > 0) yield finish();
}

function column(columns: readonly string[], index: number, source: string, line: number): string {
  const value = columns.length < 2 ? undefined : columns.at(index);
  if (value !== undefined && value !== '') return value;
  throw new RecordError(
    'MALFORMED_ROW',
    source,
    line,
    `expected a token and its tag (columns from 0; asked for column ${index}), found ${columns.length} ` +
      `${columns.length === 1 ? 'column' : 'columns'}.`,
  );
}
