// MalmoiEmbeddingLookup and its gradient (see @malmoi/ops, embedding-lookup.ts): rows of up to three tables, summed.
import { embeddingLookupOp } from '@malmoi/ops';
import type { EmbeddingLookupAttributes } from '@malmoi/ops';
import { util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';

import type { NativeBackend } from '../native-backend.ts';
import { nativeKernel } from './kernel.ts';

interface Ids {
  readonly inputIds: TensorInfo;
  readonly positionIds?: TensorInfo;
  readonly tokenTypeIds?: TensorInfo;
}

interface Tables {
  readonly word: TensorInfo;
  readonly position?: TensorInfo;
  readonly tokenType?: TensorInfo;
}

function embeddingLookup(
  inputs: Tables & Ids,
  _attributes: EmbeddingLookupAttributes,
  backend: NativeBackend,
): TensorInfo {
  const { word, position, tokenType, inputIds } = inputs;
  const hidden = word.shape[1] ?? 0;
  const tables = present([word, position, tokenType]);
  const sum = backend.emptyFloats([...inputIds.shape, hidden]);
  backend.addon.embeddingLookup(
    util.sizeFromShape(inputIds.shape),
    hidden,
    tables.map(({ shape }) => shape[0] ?? 0),
    tables.map((table) => backend.floats(table)),
    idsOf(inputs, backend),
    backend.floats(sum),
  );
  return sum;
}

function embeddingLookupGradient(
  inputs: Ids & { readonly dy: TensorInfo },
  { wordCount, positionCount, tokenTypeCount, paddingId }: EmbeddingLookupAttributes,
  backend: NativeBackend,
): TensorInfo[] {
  const { dy, inputIds, positionIds, tokenTypeIds } = inputs;
  const hidden = dy.shape.at(-1) ?? 0;
  const counts = [
    wordCount,
    ...(positionIds ? [positionCount] : []),
    ...(tokenTypeIds ? [tokenTypeCount] : []),
  ];
  const gradients = counts.map((count) => backend.emptyFloats([count, hidden]));
  backend.addon.embeddingGradient(
    util.sizeFromShape(inputIds.shape),
    hidden,
    counts,
    paddingId,
    idsOf(inputs, backend),
    backend.floats(dy),
    gradients.map((gradient) => backend.floats(gradient)),
  );
  return gradients;
}

function idsOf({ inputIds, positionIds, tokenTypeIds }: Ids, backend: NativeBackend): Int32Array[] {
  return present([inputIds, positionIds, tokenTypeIds]).map((ids) => backend.ints(ids));
}

function present(tensors: readonly (TensorInfo | undefined)[]): TensorInfo[] {
  return tensors.filter((tensor) => tensor !== undefined);
}

/** MalmoiEmbeddingLookup and MalmoiEmbeddingLookupGrad. */
export const embeddingLookupKernels = [
  nativeKernel(embeddingLookupOp.kernelName, embeddingLookup),
  nativeKernel(embeddingLookupOp.gradKernelName, embeddingLookupGradient),
];
