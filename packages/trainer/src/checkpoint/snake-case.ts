// Names on disk are transformers' snake_case; in TypeScript they are camelCase.
import type { Json } from '../json.ts';

/** `adamBeta1` to `adam_beta1`. */
function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);
}

/** An object with its keys, of the first level only, in snake_case. */
export function withSnakeCaseKeys(object: object): Record<string, Json> {
  const entries = Object.entries(object) as [string, Json][];
  return Object.fromEntries(entries.map(([name, value]) => [toSnakeCase(name), value]));
}
