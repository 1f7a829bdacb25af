// A token shard: tokenized documents as one safetensors file with the tensors `tokens` (U16 where the
// vocabulary allows it, else U32), `sentence_offsets` and `document_offsets` (U32), and `document_ids` (U32),
// each document's place in its split; in shards of examples also `labels` (I8). Python opens it with the
// safetensors library.
import { openSafetensors, type TensorToWrite } from '@malmoi/safetensors';

import type { TokenizedDocuments } from '../examples/tokenized-documents.ts';
import { ShardError } from './shard-error.ts';

/** The `format` in the metadata of every shard, and its version. */
const SHARD_FORMAT = 'malmoi-token-shard';
const SHARD_VERSION = 1;

/** The metadata of a shard file. */
export const SHARD_METADATA: ReadonlyMap<string, string> = new Map([
  ['format', SHARD_FORMAT],
  ['version', String(SHARD_VERSION)],
]);

/** Tokenized documents as tensors to write. */
export function shardTensors(documents: TokenizedDocuments): [string, TensorToWrite][] {
  const { tokens, sentenceOffsets, documentOffsets, documentIds, labels } = documents;
  const vector = (
    dtype: 'U16' | 'U32' | 'I8',
    data: Uint16Array | Uint32Array | Int8Array,
  ): TensorToWrite => ({
    dtype,
    shape: [data.length],
    data,
  });
  return [
    ['tokens', vector(tokens instanceof Uint16Array ? 'U16' : 'U32', tokens)],
    ['sentence_offsets', vector('U32', sentenceOffsets)],
    ['document_offsets', vector('U32', documentOffsets)],
    ['document_ids', vector('U32', documentIds)],
    ...(labels === undefined ? [] : [['labels', vector('I8', labels)] as [string, TensorToWrite]]),
  ];
}

/**
 * Reads a shard from its bytes; arrays are views into them where aligned.
 *
 * @param source path, for errors
 * @param vocabSize ids at or past it are an error
 * @throws SafetensorsHeaderError when the file is no valid safetensors file
 * @throws ShardError when it is none of our shards, of another version, or its contents contradict each other
 */
export function readShard(
  bytes: Uint8Array,
  source: string,
  vocabSize: number,
): TokenizedDocuments {
  const reader = openSafetensors(bytes, { source });
  const { metadata } = reader;
  if (metadata?.get('format') !== SHARD_FORMAT) {
    throw new ShardError('NOT_A_SHARD', source, `its metadata does not say format=${SHARD_FORMAT}`);
  }
  const version = metadata.get('version') ?? 'none';
  if (version !== String(SHARD_VERSION)) {
    throw new ShardError(
      'VERSION',
      source,
      `it has version ${version}, this program reads ${SHARD_VERSION}`,
    );
  }
  const array = (name: string): Uint32Array => {
    requireTensor(reader.tensors.has(name), name, source);
    return reader.tensorSync(name).as('U32');
  };
  requireTensor(reader.tensors.has('tokens'), 'tokens', source);
  const stored = reader.tensorSync('tokens');
  const documents: TokenizedDocuments = {
    tokens: stored.dtype === 'U16' ? stored.as('U16') : stored.as('U32'),
    sentenceOffsets: array('sentence_offsets'),
    documentOffsets: array('document_offsets'),
    documentIds: array('document_ids'),
    ...(reader.tensors.has('labels') ? { labels: reader.tensorSync('labels').as('I8') } : {}),
  };
  checkContents(documents, source, vocabSize);
  return documents;
}

function requireTensor(present: boolean, name: string, source: string): void {
  if (!present) throw new ShardError('CONTENTS', source, `it has no tensor '${name}'`);
}

function checkContents(documents: TokenizedDocuments, source: string, vocabSize: number): void {
  const { tokens, sentenceOffsets, documentOffsets, documentIds, labels } = documents;
  checkOffsets(sentenceOffsets, tokens.length, 'sentence_offsets', source);
  checkOffsets(documentOffsets, sentenceOffsets.length - 1, 'document_offsets', source);
  if (documentIds.length !== documentOffsets.length - 1) {
    throw new ShardError('CONTENTS', source, 'document_ids and document_offsets differ in length');
  }
  if (labels !== undefined && labels.length !== documentIds.length) {
    throw new ShardError('CONTENTS', source, 'labels and document_ids differ in length');
  }
  for (let at = 0; at < tokens.length; at++) {
    const id = tokens[at] ?? 0;
    if (id >= vocabSize) {
      const problem = `token ${at} has id ${id}, and the vocabulary has ${vocabSize} ids`;
      throw new ShardError('TOKEN_RANGE', source, problem);
    }
  }
}

/** Offsets begin at 0, rise with every element, and end at `end`. */
function checkOffsets(offsets: Uint32Array, end: number, name: string, source: string): void {
  if (offsets.length === 0 || offsets[0] !== 0 || offsets.at(-1) !== end) {
    throw new ShardError('CONTENTS', source, `${name} does not go from 0 to ${end}`);
  }
  for (let i = 1; i < offsets.length; i++) {
    if ((offsets[i] ?? 0) <= (offsets[i - 1] ?? 0)) {
      throw new ShardError('CONTENTS', source, `${name}[${i}] does not rise`);
    }
  }
}
