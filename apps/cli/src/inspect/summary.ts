// What inspect finds: data for --json and lines for people.

/** A summary of a file or folder. */
export interface Summary {
  /** What it is: `tokenizer`, `token-shards`, `safetensors`, ... */
  readonly kind: string;
  /** For --json. */
  readonly data: Readonly<Record<string, unknown>>;
  /** For people. */
  readonly lines: readonly string[];
}
