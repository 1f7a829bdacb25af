// A record's text column (JSON lines, CSV, Parquet) is one document: text to be split, or a list of sentences.
import { RecordError } from '../errors.ts';
import type { SentenceSplitter } from '../sentences/split-sentences.ts';
import type { CorpusDocument } from './document.ts';
import type { DocumentBuilder } from './document-builder.ts';
import type { CorpusWarnings } from './warnings.ts';

/** Where a record stands. */
export interface RecordPlace {
  readonly line: number;
  readonly byteOffset: number | undefined;
}

/**
 * The document (or documents, when it is over-long) of a record. A string is split into sentences; a list
 * of strings is taken as sentences; null and blank text are left out and counted.
 *
 * @throws RecordError (WRONG_TYPE) for anything else
 */
export function* recordDocument(
  value: unknown,
  place: RecordPlace,
  builder: DocumentBuilder,
  splitter: SentenceSplitter,
  warnings: CorpusWarnings,
): Generator<CorpusDocument> {
  const before = builder.count;
  for (const sentence of sentencesOf(value, place, builder.source, splitter)) {
    const document = builder.add(sentence, place.line, place.byteOffset);
    if (document !== undefined) yield document;
  }
  const last = builder.finish();
  if (last !== undefined) yield last;
  if (builder.count === before) warnings.add('emptyRecords', builder.source, place.line);
}

function sentencesOf(
  value: unknown,
  { line }: RecordPlace,
  source: string,
  splitter: SentenceSplitter,
): readonly string[] {
  if (value === null || value === undefined) return [];
  if (typeof value === 'string')
    return splitter(value).map(({ start, end }) => value.slice(start, end));
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new RecordError(
    'WRONG_TYPE',
    source,
    line,
    `the text column holds ${Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`}; ` +
      'expected a string or a list of strings. Name another column in textColumn.',
  );
}
