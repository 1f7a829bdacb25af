// BERT's input embeddings: word + position + token type, summed row by row, with a gradient that adds only
// the rows that were read.
// Kernel MalmoiEmbeddingLookup: inputs { word, position?, tokenType?, inputIds, positionIds?, tokenTypeIds? },
// attributes { wordCount, positionCount, tokenTypeCount, paddingId } (counts 0 for an absent table, paddingId
// -1 for none), outputs [embeddings, ...private]. Gradient MalmoiEmbeddingLookupGrad: inputs { dy, inputIds,
// positionIds?, tokenTypeIds?, saved0... }, the same attributes, outputs [dword, dposition?, dtokenType?].
import {
  add,
  cast,
  expandDims,
  gather,
  mul,
  notEqual,
  range,
  reshape,
  tidy,
  tile,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

import { checkDtype, checkedIndices, checkSameShape, checkShape } from './checks.ts';
import { OpShapeError } from './errors.ts';
import { runFusedOp } from './fused-op.ts';
import type { FusedOp } from './fused-op.ts';
import { scatterRows } from './scatter-rows.ts';

/** The tables of embeddingLookup, each float32 [rows, hidden]. */
export interface EmbeddingTables {
  readonly word: Tensor;
  readonly position?: Tensor;
  readonly tokenType?: Tensor;
}

/** Options of embeddingLookup; each int32, the shape of inputIds. */
export interface EmbeddingLookupOptions {
  /** Default 0 everywhere. Only with a tokenType table. */
  readonly tokenTypeIds?: Tensor;
  /** Default 0, 1, 2, ... in each row. Only with a position table. */
  readonly positionIds?: Tensor;
  /** The id whose word row gets a gradient of 0, PyTorch's `padding_idx`. Default none. */
  readonly paddingId?: number;
}

/** Inputs of MalmoiEmbeddingLookup. */
export interface EmbeddingLookupInputs {
  word: Tensor;
  position?: Tensor;
  tokenType?: Tensor;
  inputIds: Tensor;
  positionIds?: Tensor;
  tokenTypeIds?: Tensor;
}
/**
 * Attributes of MalmoiEmbeddingLookup and its gradient: rows of each table, 0 where it is absent, and the id
 * whose row of dword stays 0, or -1.
 */
export interface EmbeddingLookupAttributes {
  wordCount: number;
  positionCount: number;
  tokenTypeCount: number;
  paddingId: number;
}

type EmbeddingIds = 'inputIds' | 'positionIds' | 'tokenTypeIds';

/** The kernel pair of embeddingLookup. */
export const embeddingLookupOp: FusedOp<
  EmbeddingLookupInputs,
  EmbeddingLookupAttributes,
  EmbeddingIds
> = {
  kernelName: 'MalmoiEmbeddingLookup',
  gradKernelName: 'MalmoiEmbeddingLookupGrad',
  gradients: ['word', 'position', 'tokenType'],
  savedInputs: ['inputIds', 'positionIds', 'tokenTypeIds'],
  forward: forwardComposition,
  backward: backwardComposition,
};

/**
 * word[inputIds] + position[positionIds] + tokenType[tokenTypeIds]. The caller owns the result.
 *
 * @param tables word [vocabulary, hidden], position [positions, hidden], tokenType [types, hidden].
 * @param inputIds int32 [batch, length].
 * @returns float32 [batch, length, hidden].
 * @throws OpShapeError, OpDtypeError; OpValueError for an id outside its table, with its flat position.
 */
export function embeddingLookup(
  tables: EmbeddingTables,
  inputIds: Tensor,
  options: EmbeddingLookupOptions = {},
): Tensor {
  const op = 'embeddingLookup';
  checkShape(op, 'inputIds', inputIds, ['batch', 'length']);
  checkShape(op, 'word', tables.word, ['vocabulary', 'hidden']);
  const hidden = tables.word.shape[1] ?? 0;
  return tidy(() => {
    const inputs: EmbeddingLookupInputs = { word: tables.word, inputIds };
    checkTable(op, 'word', tables.word, hidden, 'inputIds', inputIds);
    if (tables.position) {
      const positionIds = options.positionIds ?? defaultPositionIds(op, inputIds, tables.position);
      checkSameShape(op, 'positionIds', positionIds, inputIds, 'inputIds');
      checkTable(op, 'position', tables.position, hidden, 'positionIds', positionIds);
      Object.assign(inputs, { position: tables.position, positionIds });
    }
    if (tables.tokenType) {
      const tokenTypeIds = options.tokenTypeIds ?? zerosLike(inputIds);
      checkSameShape(op, 'tokenTypeIds', tokenTypeIds, inputIds, 'inputIds');
      checkTable(op, 'tokenType', tables.tokenType, hidden, 'tokenTypeIds', tokenTypeIds);
      Object.assign(inputs, { tokenType: tables.tokenType, tokenTypeIds });
    }
    return runFusedOp(embeddingLookupOp, inputs, {
      wordCount: tables.word.shape[0],
      positionCount: tables.position?.shape[0] ?? 0,
      tokenTypeCount: tables.tokenType?.shape[0] ?? 0,
      paddingId: options.paddingId ?? -1,
    });
  });
}

function checkTable(
  op: string,
  name: string,
  table: Tensor,
  hidden: number,
  idsName: string,
  ids: Tensor,
): void {
  checkDtype(op, name, table, 'float32');
  checkShape(op, name, table, ['rows', hidden]);
  checkDtype(op, idsName, ids, 'int32');
  checkedIndices(op, idsName, ids, table.shape[0]);
}

function defaultPositionIds(op: string, inputIds: Tensor, table: Tensor): Tensor {
  const [batch = 0, length = 0] = inputIds.shape;
  const positions = table.shape[0];
  if (length > positions) {
    throw new OpShapeError(
      op,
      'inputIds',
      inputIds.shape,
      `a length of at most ${positions}, the rows of position`,
    );
  }
  return tile(reshape(range(0, length, 1, 'int32'), [1, length]), [batch, 1]);
}

function forwardComposition(inputs: EmbeddingLookupInputs): [Tensor, ...Tensor[]] {
  const { word, position, tokenType, inputIds, positionIds, tokenTypeIds } = inputs;
  let sum = lookUp(word, inputIds);
  if (position && positionIds) sum = add(sum, lookUp(position, positionIds));
  if (tokenType && tokenTypeIds) sum = add(sum, lookUp(tokenType, tokenTypeIds));
  return [sum];
}

function backwardComposition(
  dy: Tensor,
  { inputIds, positionIds, tokenTypeIds }: Pick<EmbeddingLookupInputs, EmbeddingIds>,
  _saved: readonly Tensor[],
  { wordCount, positionCount, tokenTypeCount, paddingId }: EmbeddingLookupAttributes,
): Tensor[] {
  const dWordRows =
    paddingId < 0 ? dy : mul(dy, expandDims(cast(notEqual(inputIds, paddingId), 'float32'), -1));
  const gradients = [scatterRows(dWordRows, inputIds, wordCount)];
  if (positionIds) gradients.push(scatterRows(dy, positionIds, positionCount));
  if (tokenTypeIds) gradients.push(scatterRows(dy, tokenTypeIds, tokenTypeCount));
  return gradients;
}

function lookUp(table: Tensor, ids: Tensor): Tensor {
  return gather(table, ids, 0);
}
