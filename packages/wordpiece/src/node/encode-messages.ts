// What encodeFiles and its worker threads say to each other.
import type { EncodedLines } from '../encode-lines.ts';
import type { TokenizerDefinition } from '../tokenizer-definition.ts';

export interface EncodeWorkerData {
  readonly definition: TokenizerDefinition;
  readonly maxLineBytes: number;
}

/** A chunk to encode; its buffer is handed over. Answers come in the order of requests. */
export interface EncodeRequest {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export type EncodeReply = EncodedLines;
