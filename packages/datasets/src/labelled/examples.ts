// What labelled sets consist of.

/** A text, or a pair of texts, with its class. */
export interface TextExample {
  readonly text: string;
  /** The second text of a pair. */
  readonly textPair?: string;
  readonly label: string;
  /** The set's own identifier, where it has one. */
  readonly id?: string;
}

/** A pair of texts with a number, such as their similarity. */
export interface ScoredPair {
  readonly text: string;
  readonly textPair: string;
  readonly score: number;
  readonly id?: string;
}

/** A sequence of tokens (words, or characters in KLUE), each with a tag such as `B-PS`. */
export interface TokenExample {
  readonly tokens: readonly string[];
  /** As many as tokens. */
  readonly tags: readonly string[];
  readonly id?: string;
}

/** Gathers a stream in memory. */
export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}
