// Tokens in the order of their ids, each string once.

/** A vocabulary that grows: a token that is added twice keeps its first id. */
export class TokenList {
  readonly #tokens: string[] = [];
  readonly #ids = new Map<string, number>();

  /** How many tokens there are, which is also the next id. */
  get size(): number {
    return this.#tokens.length;
  }

  /** The tokens, by id. */
  get tokens(): readonly string[] {
    return this.#tokens;
  }

  /** The id of `token`, which is added when it is new. */
  add(token: string): number {
    const known = this.#ids.get(token);
    if (known !== undefined) return known;
    this.#ids.set(token, this.#tokens.length);
    return this.#tokens.push(token) - 1;
  }

  /** The id of `token`, or undefined. */
  idOf(token: string): number | undefined {
    return this.#ids.get(token);
  }

  /** The token with this id. */
  at(id: number): string {
    const token = this.#tokens[id];
    if (token === undefined) throw new RangeError(`No token has the id ${id} (of ${this.size}).`);
    return token;
  }
}
