// All tokens of a tokenizer by id: those of the model's vocabulary, then the added tokens outside it.
import type { AddedToken } from './added-tokens.ts';
import { VocabularyError } from './errors.ts';
import type { TokenizerDefinition } from './tokenizer-definition.ts';
import type { Vocabulary } from './vocabulary.ts';

export class TokenTable {
  readonly size: number;
  /** Ascending. */
  readonly specialIds: readonly number[];
  readonly #vocabulary: Vocabulary;
  readonly #addedById = new Map<number, string>();
  readonly #addedByContent = new Map<string, number>();
  readonly #special: ReadonlySet<number>;

  /** @throws VocabularyError when added tokens leave out an id, share one, or contradict the vocabulary */
  constructor(vocabulary: Vocabulary, { addedTokens, file }: TokenizerDefinition) {
    this.#vocabulary = vocabulary;
    for (const token of addedTokens) this.#add(token, file);
    this.size = vocabulary.size + this.#addedById.size;
    for (const [id, content] of this.#addedById) {
      if (id < this.size) continue;
      throw new VocabularyError(
        { file },
        `added token ${JSON.stringify(content)} has id ${id}, but the ids end at ${this.size - 1}: ` +
          'an id is left out.',
      );
    }
    this.#special = new Set(addedTokens.filter(({ special }) => special).map(({ id }) => id));
    this.specialIds = [...this.#special].sort((a, b) => a - b);
  }

  tokenToId(token: string): number | undefined {
    return this.#vocabulary.tokenToId(token) ?? this.#addedByContent.get(token);
  }

  idToToken(id: number): string | undefined {
    return this.#vocabulary.idToToken(id) ?? this.#addedById.get(id);
  }

  isSpecial(id: number): boolean {
    return this.#special.has(id);
  }

  #add({ content, id }: AddedToken, file: string): void {
    const known = this.#vocabulary.tokenToId(content) ?? this.#addedByContent.get(content);
    const taken = this.#vocabulary.idToToken(id) ?? this.#addedById.get(id);
    if (known === id) return;
    if (known !== undefined || taken !== undefined) {
      const reason =
        known === undefined
          ? `which is ${JSON.stringify(taken)}`
          : `but it already has id ${known}`;
      throw new VocabularyError(
        { file },
        `added token ${JSON.stringify(content)} asks for id ${id}, ${reason}.`,
      );
    }
    this.#addedById.set(id, content);
    this.#addedByContent.set(content, id);
  }
}
