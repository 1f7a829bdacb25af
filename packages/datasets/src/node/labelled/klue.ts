// KLUE (Park et al., "KLUE: Korean Language Understanding Evaluation", 2021): named entities (character by
// character, CoNLL-like), natural language inference and semantic similarity (JSON arrays).
import { CorpusWarnings } from '../../corpus/warnings.ts';
import { decodeUtf8 } from '../../corpus/utf8.ts';
import { checkedText } from '../../corpus/read-lines.ts';
import { RecordError } from '../../errors.ts';
import type { ScoredPair, TextExample, TokenExample } from '../../labelled/examples.ts';
import { readConll } from '../../labelled/read-conll.ts';
import { fileBytes, fileLines } from './file-lines.ts';

interface ReadOptions {
  readonly warnings?: CorpusWarnings;
}

/** A pair of sentences and whether the second follows from the first. */
export interface KlueNliExample extends TextExample {
  readonly textPair: string;
  readonly label: 'entailment' | 'neutral' | 'contradiction';
}

/** A pair of sentences and how similar they are, 0 to 5. */
export interface KlueStsExample extends ScoredPair {
  /** 1 when the score is at least 3. */
  readonly binaryLabel: 0 | 1;
}

const NLI_LABELS = ['entailment', 'neutral', 'contradiction'] as const;

/** Larger JSON files are refused: they are read whole. */
const MAX_JSON_BYTES = 256 << 20;

/**
 * Sentences of `klue-ner-*.tsv`: a token is a character (spaces included), tags are `O`, `B-PS`, `I-PS`, …
 *
 * @throws RecordError (MALFORMED_ROW)
 */
export function readKlueNer(
  path: string,
  { warnings = new CorpusWarnings() }: ReadOptions = {},
): AsyncGenerator<TokenExample> {
  // "## klue-ner-v1_dev_04086-nsmc<tab><룬드그렌:PS>과 …": the identifier ends at the tab.
  const idOfComment = (comment: string): string | undefined =>
    comment.startsWith('## klue-ner') ? comment.slice(3).split('\t')[0] : undefined;
  return readConll(fileLines(path, warnings), path, { comment: '## ', idOfComment });
}

/** Pairs of `klue-nli-*.json`. @throws RecordError (MALFORMED_JSON, MISSING_COLUMN, INVALID_LABEL) */
export async function* readKlueNli(
  path: string,
  { warnings = new CorpusWarnings() }: ReadOptions = {},
): AsyncGenerator<KlueNliExample> {
  const records = await jsonArray(path, warnings);
  for (const [index, record] of records.entries()) {
    const field = (name: string): string => stringField(record, name, path, index);
    const given = field('gold_label');
    const label = NLI_LABELS.find((known) => known === given);
    if (label === undefined) {
      const problem = `expected gold_label to be one of ${NLI_LABELS.join(', ')} in record ${index + 1}.`;
      throw new RecordError('INVALID_LABEL', path, index + 1, problem);
    }
    yield { id: field('guid'), text: field('premise'), textPair: field('hypothesis'), label };
  }
}

/** Pairs of `klue-sts-*.json`. @throws RecordError (MALFORMED_JSON, MISSING_COLUMN, INVALID_LABEL) */
export async function* readKlueSts(
  path: string,
  { warnings = new CorpusWarnings() }: ReadOptions = {},
): AsyncGenerator<KlueStsExample> {
  const records = await jsonArray(path, warnings);
  for (const [index, record] of records.entries()) {
    const field = (name: string): string => stringField(record, name, path, index);
    const labels = record.get('labels');
    const scores = isObject(labels) ? new Map<string, unknown>(Object.entries(labels)) : undefined;
    const score = scores?.get('label');
    const binaryLabel = scores?.get('binary-label');
    if (typeof score !== 'number' || (binaryLabel !== 0 && binaryLabel !== 1)) {
      const problem = `expected labels.label (a number) and labels.binary-label (0 or 1) in record ${index + 1}.`;
      throw new RecordError('INVALID_LABEL', path, index + 1, problem);
    }
    const pair = { text: field('sentence1'), textPair: field('sentence2') };
    yield { id: field('guid'), ...pair, score, binaryLabel };
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** The objects of a JSON array. In errors a record's number takes the place of a line. */
async function jsonArray(
  path: string,
  warnings: CorpusWarnings,
): Promise<readonly ReadonlyMap<string, unknown>[]> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of checkedText(fileBytes(path), path)) {
    length += chunk.length;
    if (length > MAX_JSON_BYTES) {
      throw new RecordError(
        'RECORD_TOO_LONG',
        path,
        1,
        `a JSON file is read up to ${MAX_JSON_BYTES} bytes. Write it as JSON lines.`,
      );
    }
    parts.push(chunk);
  }
  const text = decodeUtf8(Buffer.concat(parts), (replaced) => {
    warnings.add('invalidUtf8', path, undefined, replaced);
  });
  const value = parseJson(text.startsWith('\ufeff') ? text.slice(1) : text, path);
  if (!Array.isArray(value) || !value.every(isObject)) {
    throw new RecordError('MALFORMED_JSON', path, 1, 'expected a JSON array of objects.');
  }
  return value.map((record) => new Map(Object.entries(record)));
}

/** JSON.parse quotes the text in its message, so the message is not passed on. */
function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RecordError(
      'MALFORMED_JSON',
      path,
      1,
      'malformed JSON; expected an array of objects.',
    );
  }
}

function stringField(
  record: ReadonlyMap<string, unknown>,
  name: string,
  path: string,
  index: number,
): string {
  const value = record.get(name);
  if (typeof value === 'string') return value;
  const problem = `expected ${name} to be a string in record ${index + 1}.`;
  throw new RecordError(
    value === undefined ? 'MISSING_COLUMN' : 'WRONG_TYPE',
    path,
    index + 1,
    problem,
  );
}
