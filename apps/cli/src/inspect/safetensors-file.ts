// A safetensors file, or a model in several: names, types, shapes and sizes of its tensors.
import type { SafetensorsReader, TensorInfo } from '@malmoi/safetensors';
import { openSafetensorsModel } from '@malmoi/safetensors/node';

import { formatBytes, formatCount, formatPlural } from '../output/format-number.ts';
import { formatTable } from '../output/format-table.ts';
import type { Summary } from './summary.ts';

/** More tensors than this are listed with --verbose only. */
const SHOWN_TENSORS = 40;

/** Summarizes a file, an index, or a folder with either. */
export async function safetensorsSummary(path: string, showAll: boolean): Promise<Summary> {
  await using reader = await openSafetensorsModel(path);
  const tensors = [...reader.tensors.values()];
  const metadata = Object.fromEntries(reader.metadata ?? []);
  const isShard = metadata['format'] === 'malmoi-token-shard';
  return {
    kind: isShard ? 'token-shard' : path.endsWith('.json') ? 'sharded-index' : 'safetensors',
    data: {
      ...totals(tensors),
      metadata,
      tensors: tensors.map(({ name, dtype, shape, byteLength }) => ({
        name,
        dtype,
        shape,
        bytes: byteLength,
      })),
    },
    lines: [...(isShard ? shardLines(reader) : []), ...tensorLines(tensors, metadata, showAll)],
  };
}

/** How much there is, and of which types. */
export function totals(tensors: readonly TensorInfo[]): {
  tensor_count: number;
  elements: number;
  bytes: number;
  dtypes: Record<string, number>;
} {
  const dtypes = new Map<string, number>();
  let [elements, bytes] = [0, 0];
  for (const { dtype, shape, byteLength } of tensors) {
    dtypes.set(dtype, (dtypes.get(dtype) ?? 0) + 1);
    elements += shape.reduce((product, axis) => product * axis, 1);
    bytes += byteLength;
  }
  return { tensor_count: tensors.length, elements, bytes, dtypes: Object.fromEntries(dtypes) };
}

/** The tensors of a file as lines. */
export function tensorLines(
  tensors: readonly TensorInfo[],
  metadata: Readonly<Record<string, string>>,
  showAll: boolean,
): string[] {
  const { elements, bytes, dtypes } = totals(tensors);
  const types = Object.entries(dtypes).map(([dtype, count]) => `${count} ${dtype}`);
  const lines = [
    `${formatPlural(tensors.length, 'tensor')} (${types.join(', ')}), ${formatCount(elements)} elements, ` +
      formatBytes(bytes),
  ];
  for (const [name, value] of Object.entries(metadata)) lines.push(`metadata ${name}: ${value}`);
  const shown = showAll ? tensors : tensors.slice(0, SHOWN_TENSORS);
  const rows = shown.map(({ name, dtype, shape, byteLength }) => [
    `  ${name}`,
    dtype,
    `[${shape.join(', ')}]`,
    formatBytes(byteLength),
  ]);
  lines.push(...formatTable(rows, ['left', 'left', 'left', 'right']));
  const hidden = tensors.length - shown.length;
  if (hidden > 0) lines.push(`  and ${formatCount(hidden)} more; --verbose shows all`);
  return lines;
}

/** Offsets have one more entry than what they delimit. */
function shardLines({ tensors }: SafetensorsReader): string[] {
  const lengthOf = (name: string): number => tensors.get(name)?.shape[0] ?? 0;
  const delimited = (name: string): string => formatCount(Math.max(0, lengthOf(name) - 1));
  return [
    `token shard: ${delimited('document_offsets')} documents, ${delimited('sentence_offsets')} sentences, ` +
      `${formatCount(lengthOf('tokens'))} tokens`,
  ];
}
