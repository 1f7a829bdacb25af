// A vocabulary: tokens in the order of their ids, and vocab.txt, the format of Google's BERT: one token
// a line, its id the number of the line from 0. Strict where a mistake would shift every later id.
import { VocabularyError } from './errors.ts';
import { isWellFormed } from './surrogates.ts';

const DEFAULT_FILE = 'vocab.txt';

/** Tokens and their ids, immutable. Ids run from 0 without a gap. */
export class Vocabulary {
  readonly tokens: readonly string[];
  /** Where it was read, for messages. */
  readonly file: string;
  readonly #ids = new Map<string, number>();

  /**
   * @param tokens in the order of their ids
   * @param file name for messages
   * @throws VocabularyError when there is no token, or one is empty, repeated or no valid Unicode
   */
  constructor(tokens: readonly string[], file: string = DEFAULT_FILE) {
    this.tokens = tokens;
    this.file = file;
    if (tokens.length === 0) {
      throw new VocabularyError({ file }, 'the vocabulary is empty; expected at least [UNK].');
    }
    for (const [id, token] of tokens.entries()) this.#add(token, id);
  }

  get size(): number {
    return this.tokens.length;
  }

  tokenToId(token: string): number | undefined {
    return this.#ids.get(token);
  }

  idToToken(id: number): string | undefined {
    return this.tokens[id];
  }

  /** The text of vocab.txt. */
  toText(): string {
    return `${this.tokens.join('\n')}\n`;
  }

  #add(token: string, id: number): void {
    const where = { file: this.file, line: id + 1 };
    if (token === '') {
      throw new VocabularyError(where, 'a blank line would take an id; remove it or name a token.');
    }
    if (!isWellFormed(token)) {
      throw new VocabularyError(where, 'the token holds half of a surrogate pair.');
    }
    if (/[\r\n]/.test(token)) {
      throw new VocabularyError(where, 'the token holds a line break, which vocab.txt cannot.');
    }
    const first = this.#ids.get(token);
    if (first !== undefined) {
      throw new VocabularyError(
        where,
        `token ${JSON.stringify(token)} was already on line ${first + 1}; each may appear once.`,
      );
    }
    this.#ids.set(token, id);
  }
}

const isBlank = (character: string | undefined): boolean =>
  character === ' ' || character === '\t' || character === '\r';

/** Without trailing spaces, tabs and carriage returns: by hand, since a regular expression is quadratic. */
function trimLine(line: string): string {
  let end = line.length;
  while (end > 0 && isBlank(line[end - 1])) end--;
  return line.slice(0, end);
}

/**
 * Reads the text of a vocab.txt. Lines end with LF or CRLF (U+2028 and other separators belong to the
 * token). A byte order mark at the start, spaces, tabs and carriage returns at the end of a line, and
 * blank lines at the end of the text are ignored; a blank line anywhere else is an error.
 *
 * @param file name for messages
 * @throws VocabularyError naming the line
 */
export function parseVocabText(text: string, file: string = DEFAULT_FILE): Vocabulary {
  const body = text.startsWith('\ufeff') ? text.slice(1) : text;
  const tokens = body.split('\n').map(trimLine);
  while (tokens.at(-1) === '') tokens.pop();
  return new Vocabulary(tokens, file);
}
