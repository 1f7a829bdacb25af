// Batches of examples of similar length, so that little is padded: random blocks are sorted by length and cut
// into batches (as transformers' LengthGroupedSampler does), and the batches are shuffled.
import { DatasetsOptionError } from '../errors.ts';
import { Random } from '../random.ts';

export interface LengthBucketOptions {
  readonly batchSize: number;
  /** Equal seeds and epochs give equal batches. Default 42. */
  readonly seed?: number;
  /** Gives every epoch its own order. Default 0. */
  readonly epoch?: number;
  /** Batches that are sorted together: more of them mean less padding and less chance. Default 50. */
  readonly batchesPerBlock?: number;
  /** Leaves out the last, smaller batch. Default false. */
  readonly dropLast?: boolean;
}

/**
 * Batches of indices into `lengths`. Each index occurs in exactly one batch (but for those of a dropped last
 * one); every batch but the last made has `batchSize` of them.
 *
 * @throws DatasetsOptionError
 */
export function lengthBuckets(
  lengths: ArrayLike<number>,
  options: LengthBucketOptions,
): Uint32Array[] {
  const { batchSize, seed = 42, epoch = 0, batchesPerBlock = 50, dropLast = false } = options;
  requirePositive('batchSize', batchSize);
  requirePositive('batchesPerBlock', batchesPerBlock);
  const random = new Random(seed, epoch);
  const order = random.shuffle(Uint32Array.from({ length: lengths.length }, (_, i) => i));
  const batches: Uint32Array[] = [];
  const blockSize = batchSize * batchesPerBlock;
  for (let start = 0; start < order.length; start += blockSize) {
    const block = order.subarray(start, start + blockSize);
    // Longest first, so that the smaller last batch of a block holds its shortest.
    block.sort((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0));
    for (let at = 0; at < block.length; at += batchSize) {
      const batch = block.slice(at, at + batchSize);
      if (batch.length === batchSize || !dropLast) batches.push(batch);
    }
  }
  const batchOrder = random.shuffle(Uint32Array.from({ length: batches.length }, (_, i) => i));
  return Array.from(batchOrder, (i) => batches[i] ?? new Uint32Array(0));
}

function requirePositive(option: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new DatasetsOptionError(option, value, 'a whole number from 1');
}
