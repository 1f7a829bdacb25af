// What a vocabulary does to the corpus it was learned from, with the figures that matter for Korean.
import type { Alphabet } from './alphabet.ts';
import { isHangulSyllable } from './alphabet.ts';
import type { TrainedWordPieceOptions } from './options.ts';
import type { RewriteTotals } from './rewrite-words.ts';
import type { UniqueWords } from './unique-words.ts';
import { Vocabulary } from '../vocabulary.ts';
import type { ScanTotals } from './word-scanner.ts';
import { WordPieceModel } from '../word-piece-model.ts';

/** Figures about the corpus and the vocabulary. Rates are between 0 and 1. */
export interface TrainingReport {
  /** Different words, after normalization. */
  readonly uniqueWords: number;
  /** All words: what BERT's basic tokenizer cuts, punctuation included. */
  readonly words: number;
  /** Code points of all words. */
  readonly characters: number;
  /** Runs of text between white space (어절). */
  readonly eojeols: number;
  /** Different characters in the alphabet. */
  readonly alphabetSize: number;
  /** Different Hangul syllables that occur, and how many of them the alphabet has. */
  readonly hangulSyllables: number;
  readonly hangulSyllablesKept: number;
  /** Occurrences of Hangul syllables that the alphabet has, of all their occurrences; 1 where there is none. */
  readonly hangulCoverage: number;
  /** Words that become [UNK], of all words. */
  readonly unknownWordRate: number;
  /** Characters that stand in such words, of all characters. */
  readonly unknownCharacterRate: number;
  /** Tokens that the corpus becomes, per eojeol. */
  readonly piecesPerEojeol: number;
  /** Words that were not in NFC when read, of all words as they were read. */
  readonly notNfcRate: number;
  /** Ill-formed UTF-8 sequences, each read as one U+FFFD. */
  readonly invalidSequences: number;
  /** Cuts made in runs of more than 4,096 bytes without a boundary. */
  readonly cuts: number;
}

/** Encodes every different word once and sums up. */
export function reportTraining(
  words: UniqueWords,
  alphabet: Alphabet,
  tokens: readonly string[],
  options: TrainedWordPieceOptions,
  scanned: ScanTotals & RewriteTotals,
): TrainingReport {
  const model = new WordPieceModel(new Vocabulary(tokens), options);
  let total = 0;
  let characters = 0;
  let pieces = 0;
  let unknownWords = 0;
  let unknownCharacters = 0;
  for (let word = 0; word < words.counts.length; word++) {
    const start = words.starts[word] ?? 0;
    const end = words.starts[word + 1] ?? 0;
    const count = words.counts[word] ?? 0;
    const length = countCodePoints(words.units, start, end) * count;
    total += count;
    characters += length;
    pieces += model.tokenizeWord(words.units, start, end) * count;
    if (model.ids[0] !== model.unkTokenId) continue;
    unknownWords += count;
    unknownCharacters += length;
  }
  return {
    uniqueWords: words.counts.length,
    words: total,
    characters,
    eojeols: scanned.eojeols,
    alphabetSize: alphabet.kept.length,
    ...countHangul(alphabet),
    unknownWordRate: unknownWords / total,
    unknownCharacterRate: unknownCharacters / characters,
    piecesPerEojeol: pieces / scanned.eojeols,
    notNfcRate: scanned.notNfcWords / scanned.words,
    invalidSequences: scanned.invalidSequences,
    cuts: scanned.cuts,
  };
}

function countCodePoints(units: Uint16Array, start: number, end: number): number {
  let count = end - start;
  for (let at = start; at < end; at++) {
    if (((units[at] ?? 0) & 0xfc00) === 0xdc00) count--;
  }
  return count;
}

function countHangul({
  counts,
  kept,
}: Alphabet): Pick<TrainingReport, 'hangulSyllables' | 'hangulSyllablesKept' | 'hangulCoverage'> {
  let seen = 0;
  let occurrences = 0;
  for (let syllable = 0xac00; syllable <= 0xd7a3; syllable++) {
    const count = counts[syllable] ?? 0;
    if (count > 0) seen++;
    occurrences += count;
  }
  let keptSeen = 0;
  let covered = 0;
  for (const codePoint of kept) {
    const count = isHangulSyllable(codePoint) ? (counts[codePoint] ?? 0) : 0;
    if (count > 0) keptSeen++;
    covered += count;
  }
  return {
    hangulSyllables: seen,
    hangulSyllablesKept: keptSeen,
    hangulCoverage: occurrences === 0 ? 1 : covered / occurrences,
  };
}
