// Writes the sentences of one document: fills patterns, applies the document's style, and prefers
// wordings that no earlier document has used.
import type { Random } from '../random.ts';
import { formal, polite } from './endings.ts';
import { fill, type Slots } from './template.ts';

/** How the sentences of a document end: -다, -습니다 or -어요. */
export type Style = 'plain' | 'formal' | 'polite';

const styled: Readonly<Record<Style, (sentence: string) => string>> = {
  plain: (sentence) => sentence,
  formal,
  polite,
};

/** How often a sentence is worded anew before one that is already in the corpus is accepted. */
const ATTEMPTS = 12;

/** A connective at the start of a sentence, with the space after it. */
const CONNECTIVE = /^(?:그리고|또한|게다가|그런데|하지만|그래서) /;

/** What the documents so far contain: it steers the next one away from repetition. */
export interface Written {
  /** Every sentence, and those that the corpus must not contain. */
  readonly sentences: ReadonlySet<string>;
  /** How many documents state each fact. */
  readonly facts: ReadonlyMap<string, number>;
}

/** One document in the making. */
export class Composer {
  readonly sentences: string[] = [];
  /** The facts that the document states, as "entity#index of the fact". */
  readonly facts: string[] = [];

  /** The stream of random numbers of this document. */
  readonly random: Random;
  readonly written: Written;
  private readonly style: Style;

  constructor(random: Random, written: Written, style: Style) {
    this.random = random;
    this.written = written;
    this.style = style;
  }

  /**
   * Adds a sentence, given as a plain declarative without a period. It is drawn again while the result
   * is already in the corpus; `word` must say the same every time, in other words where it can.
   */
  say(word: () => string): void {
    let sentence = '';
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      sentence = `${styled[this.style](word())}.`;
      if (!this.written.sentences.has(sentence) && this.fits(sentence)) break;
    }
    this.sentences.push(sentence);
  }

  /** Not said before in this document, and not another 또한 right after 또한. */
  private fits(sentence: string): boolean {
    const connective = CONNECTIVE.exec(this.sentences.at(-1) ?? '')?.[0];
    return (
      !this.sentences.includes(sentence) &&
      (connective === undefined || !sentence.startsWith(connective))
    );
  }

  /** Adds a sentence worded by one of the patterns, and by what may only follow it ("a > b"). */
  sayPattern(patterns: readonly string[], slots: Slots): void {
    let consequence: string | undefined;
    this.say(() => {
      const pattern = patterns[this.random.below(patterns.length)] ?? '';
      const [first = '', second] = fill(pattern, slots, this.random).split(' > ');
      consequence = second;
      return first;
    });
    const following = consequence;
    if (following !== undefined) this.say(() => following);
  }
}
