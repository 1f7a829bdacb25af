// JSON lines: one JSON object per line (jsonlines.org). Errors give file and line and never the text.
import { MissingColumnError, RecordError } from '../errors.ts';
import type { TextLine } from './read-lines.ts';

/** One object of a JSON lines file. */
export interface JsonRecord {
  readonly value: ReadonlyMap<string, unknown>;
  readonly line: number;
  readonly byteOffset: number;
}

/**
 * The objects of a JSON lines file, as maps, in batches. Blank lines are passed over.
 *
 * @throws RecordError (MALFORMED_JSON) with file, line and the place in the line
 */
export async function* jsonLines(
  lines: AsyncIterable<readonly TextLine[]>,
  source: string,
): AsyncGenerator<readonly JsonRecord[]> {
  for await (const batch of lines) {
    yield batch
      .filter(({ text }) => text.trim() !== '')
      .map(({ text, line, byteOffset }) => ({
        value: parseObject(text, source, line),
        line,
        byteOffset,
      }));
  }
}

/** A column of a record. @throws MissingColumnError naming the columns there are */
export function jsonColumn(
  record: JsonRecord,
  column: string,
  source: string,
  option: string,
): unknown {
  const value = record.value.get(column);
  if (value === undefined) {
    throw new MissingColumnError(source, record.line, column, [...record.value.keys()], option);
  }
  return value;
}

function parseObject(text: string, source: string, line: number): ReadonlyMap<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RecordError('MALFORMED_JSON', source, line, malformed(error, text));
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return new Map(Object.entries(value));
  }
  throw new RecordError(
    'MALFORMED_JSON',
    source,
    line,
    'expected one JSON object on each line (JSON lines), found another JSON value.',
  );
}

/** JSON.parse quotes the text in its message; only the position is passed on. */
function malformed(error: unknown, text: string): string {
  const position =
    error instanceof Error ? /at position (\d+)/.exec(error.message)?.[1] : undefined;
  const where =
    position === undefined
      ? `within ${text.length} characters`
      : `at character ${Number(position) + 1}`;
  return `malformed JSON ${where}. Expected one JSON object on each line (JSON lines).`;
}
