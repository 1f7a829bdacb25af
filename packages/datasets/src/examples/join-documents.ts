// Several shards as one: a window of the corpus, in which an example may take its B from any document.
import type { TokenArray, TokenizedDocuments } from './tokenized-documents.ts';

/**
 * Puts shards one after the other. A single shard is returned as it is.
 *
 * @param parts shards whose tokens all have the same width, and which all have labels or none
 */
export function joinDocuments(parts: readonly TokenizedDocuments[]): TokenizedDocuments {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const total = (count: (part: TokenizedDocuments) => number): number =>
    parts.reduce((sum, part) => sum + count(part), 0);
  const size = total((part) => part.tokens.length);
  const tokens: TokenArray =
    first?.tokens instanceof Uint16Array ? new Uint16Array(size) : new Uint32Array(size);
  const sentenceOffsets = new Uint32Array(total((part) => part.sentenceOffsets.length - 1) + 1);
  const documentOffsets = new Uint32Array(total((part) => part.documentOffsets.length - 1) + 1);
  const documentIds = new Uint32Array(documentOffsets.length - 1);
  const labels = first?.labels === undefined ? undefined : new Int8Array(documentIds.length);
  let [token, sentence, document] = [0, 0, 0];
  for (const part of parts) {
    tokens.set(part.tokens, token);
    documentIds.set(part.documentIds, document);
    if (part.labels !== undefined) labels?.set(part.labels, document);
    copyOffsets(part.sentenceOffsets, sentenceOffsets, sentence, token);
    copyOffsets(part.documentOffsets, documentOffsets, document, sentence);
    token += part.tokens.length;
    sentence += part.sentenceOffsets.length - 1;
    document += part.documentIds.length;
  }
  const joined = { tokens, sentenceOffsets, documentOffsets, documentIds };
  return labels === undefined ? joined : { ...joined, labels };
}

/** Copies offsets (all but the leading zero) to `at + 1`, moved by `shift`. */
function copyOffsets(from: Uint32Array, to: Uint32Array, at: number, shift: number): void {
  for (let i = 1; i < from.length; i++) to[at + i] = (from[i] ?? 0) + shift;
}
