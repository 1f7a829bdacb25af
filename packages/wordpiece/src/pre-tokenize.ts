// BERT's pre-tokenizer: cuts normalized text at white space, which vanishes, and around punctuation,
// each of which is a word of its own.
import { CharacterClass, CharacterTable } from './characters.ts';

let cachedTable: CharacterTable | undefined;

/** With every normalization off, the table says only what is white space and what is punctuation. */
function splittingTable(): CharacterTable {
  cachedTable ??= new CharacterTable({
    cleanText: false,
    handleChineseChars: false,
    stripAccents: false,
    lowercase: false,
  });
  return cachedTable;
}

/** A word: `[start, end)` in UTF-16 units of the text it was cut from. Never empty. */
export interface WordRange {
  readonly start: number;
  readonly end: number;
}

/** The words of `text[from, to)`, in order. */
export function preTokenize(text: string, from = 0, to: number = text.length): WordRange[] {
  const table = splittingTable();
  const words: WordRange[] = [];
  let start = from;
  const endWord = (end: number): void => {
    if (end > start) words.push({ start, end });
  };
  for (let position = from; position < to;) {
    const codePoint = text.codePointAt(position) ?? 0;
    const end = position + (codePoint > 0xffff ? 2 : 1);
    const kind = table.classOf(codePoint);
    if (kind !== CharacterClass.WORD) {
      endWord(position);
      if (kind === CharacterClass.ISOLATED) words.push({ start: position, end });
      start = end;
    }
    position = end;
  }
  endWord(to);
  return words;
}

/** Whether a code point is white space as Unicode defines it. */
export function isWhiteSpace(codePoint: number): boolean {
  return splittingTable().classOf(codePoint) === CharacterClass.SPACE;
}
