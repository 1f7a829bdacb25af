// Saves tensors as one safetensors file, durably and without holding the file in memory.

import { layOutFile, streamLayout } from '../writer.ts';
import type { TensorsToWrite, WriteOptions } from '../writer.ts';
import { writeFileDurably } from './durable-write.ts';
import type { DurableWriteOptions, DurableWriteResult } from './durable-write.ts';

/** Settings of {@link saveSafetensorsFile}. */
export interface SaveFileOptions extends Omit<WriteOptions, 'source'>, DurableWriteOptions {}

/**
 * Saves tensors as one file. The tensors must not change until this returns. Data given as functions is
 * produced one tensor at a time.
 *
 * @returns size of the file, and its SHA-256 when `options.sha256` is set.
 * @throws {SafetensorsWriteError} when the file would not be valid.
 * @throws {DurableWriteError} when the operating system refuses; the old file is untouched then.
 */
export async function saveSafetensorsFile(
  path: string,
  tensors: TensorsToWrite,
  options: SaveFileOptions = {},
): Promise<DurableWriteResult> {
  const layout = layOutFile(tensors, { ...options, source: path });
  return writeFileDurably(path, streamLayout(layout), options);
}
