// Cuts text into normalized words straight from a CharacterTable, for tests.
import { CharacterClass, type CharacterTable } from '../src/characters.ts';

export function wordsOf(table: CharacterTable, text: string): string[] {
  const words: string[] = [];
  let word = '';
  const flush = (): void => {
    const normalized = table.normalizeWord(word);
    if (normalized !== '') words.push(normalized);
    word = '';
  };
  for (const character of text) {
    const kind = table.classOf(character.codePointAt(0) ?? 0);
    const isolated = kind === CharacterClass.ISOLATED || kind === CharacterClass.MAPPED_ISOLATED;
    if (isolated || kind === CharacterClass.SPACE) flush();
    if (isolated) {
      word = character;
      flush();
    } else if (kind !== CharacterClass.SPACE) {
      word += character;
    }
  }
  flush();
  return words;
}
