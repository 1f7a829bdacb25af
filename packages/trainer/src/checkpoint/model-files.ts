// How a model is written into a checkpoint and read back. What the loop needs of a model's file format.
import type { DurableFileSystem } from '@malmoi/safetensors/node';

/** Saves and loads one model. */
export interface ModelFiles {
  /** Writes the files into a folder, over those of an older model. Weights must be exact: float32 stays float32. */
  save(folder: string, fileSystem: DurableFileSystem): Promise<void>;
  /** Copies the weights of such a folder into the model. */
  load(folder: string): Promise<void>;
  /** What the model is besides its parameters' names and shapes: its configuration. */
  readonly configuration: string;
}
