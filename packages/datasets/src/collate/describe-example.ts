// An example as a person reads it: its pieces, what was hidden and how, its segments and its label.
import type { Tokenizer } from '@malmoi/wordpiece';

import { IS_NEXT, NOT_NEXT } from '../examples/example-table.ts';
import type { Batch } from './batch.ts';

/** What is asked of a tokenizer for it. */
export type DescribingTokenizer = Pick<Tokenizer, 'idToToken' | 'decode' | 'maskTokenId'>;

/**
 * Describes one row of a batch:
 *
 * ```text
 * [CLS] 이순신은 [MASK] 중기의 무신이다. [SEP] 그는 바다를 지켰다. [SEP]
 * A (9 tokens)   이순신 ##은 [MASK] 중기 ##의 ...
 * B (6 tokens)   ...
 * next sentence  IsNext (0): B follows A
 * predict 2 of 15 tokens
 *      3  [MASK]        <- 조선
 *     11  사과 (random)  <- 바다
 * ```
 *
 * @throws RangeError when the batch has no such row
 */
export function describeExample(batch: Batch, row: number, tokenizer: DescribingTokenizer): string {
  if (!Number.isInteger(row) || row < 0 || row >= batch.batchSize) {
    throw new RangeError(`row ${row} of ${batch.batchSize} does not exist`);
  }
  const from = row * batch.length;
  const slice = (array: Int32Array): Int32Array => array.subarray(from, from + batch.length);
  const used = slice(batch.attentionMask).reduce((sum, one) => sum + one, 0);
  const ids = slice(batch.inputIds).subarray(0, used);
  const types = slice(batch.tokenTypeIds);
  const segment = (type: number): number[] => [...ids].filter((_, i) => types[i] === type);
  const pieces = (list: readonly number[]): string =>
    list.map((id) => tokenizer.idToToken(id) ?? `<${id}>`).join(' ');
  const lines = [tokenizer.decode(ids, { skipSpecialTokens: false })];
  const [a, b] = [segment(0), segment(1)];
  lines.push(`A (${a.length} tokens)   ${pieces(a)}`);
  if (b.length > 0) lines.push(`B (${b.length} tokens)   ${pieces(b)}`);
  const label = labelText(batch.nextSentenceLabel[row]);
  if (label !== undefined) lines.push(`next sentence  ${label}`);
  const masked = maskedRows(batch, from, tokenizer);
  lines.push(`predict ${masked.length} of ${used} tokens`, ...masked);
  return lines.join('\n');
}

function labelText(label: number | undefined): string | undefined {
  if (label === IS_NEXT) return 'IsNext (0): B follows A';
  if (label === NOT_NEXT) return 'NotNext (1): B does not follow A';
  return undefined;
}

/** A line for each hidden token of a row: its column, what stands there, and what stood there. */
function maskedRows(batch: Batch, from: number, tokenizer: DescribingTokenizer): string[] {
  const rows: string[] = [];
  batch.maskedPositions.forEach((position, i) => {
    if (position < from || position >= from + batch.length) return;
    const shown = batch.inputIds[position] ?? 0;
    const label = batch.maskedLabels[i] ?? 0;
    const how = shown === tokenizer.maskTokenId ? '' : shown === label ? ' (kept)' : ' (random)';
    const piece = (id: number): string => tokenizer.idToToken(id) ?? `<${id}>`;
    const column = String(position - from).padStart(6);
    rows.push(`${column}  ${`${piece(shown)}${how}`.padEnd(20)} <- ${piece(label)}`);
  });
  return rows;
}
