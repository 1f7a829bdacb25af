// Variables to and from safetensors, bit by bit.
import type { SafetensorsReader, TensorToWrite } from '@malmoi/safetensors';
import * as tf from '@tensorflow/tfjs-core';

import { TrainerError } from '../trainer-error.ts';

/** The saved tensors are not those that are to be filled. */
export class CheckpointTensorError extends TrainerError {
  override readonly name = 'CheckpointTensorError';
  readonly tensor: string;

  constructor(tensor: string, found: string, expected: string) {
    super(
      `The checkpoint's tensor ${tensor} is ${found}; expected ${expected}. ` +
        'It belongs to another model, or other parameters were frozen.',
    );
    this.tensor = tensor;
  }
}

/** Variables as float32 tensors, each read from the backend when its turn comes. */
export function variablesToWrite(
  variables: ReadonlyMap<string, tf.Variable>,
): [string, TensorToWrite][] {
  return [...variables].map(([name, variable]) => [
    name,
    {
      dtype: 'F32',
      shape: variable.shape,
      data: async () => (await variable.data()) as Float32Array,
    },
  ]);
}

/**
 * Fills variables with tensors of the same names and shapes.
 *
 * @throws CheckpointTensorError unless names, shapes and types are equal; then nothing has changed.
 */
export async function fillVariables(
  variables: ReadonlyMap<string, tf.Variable>,
  reader: SafetensorsReader,
): Promise<void> {
  for (const [name, { shape }] of variables) {
    const info = reader.tensors.get(name);
    const expected = `F32 [${shape.join(', ')}]`;
    const found = info ? `${info.dtype} [${info.shape.join(', ')}]` : 'absent';
    if (found !== expected) throw new CheckpointTensorError(name, found, expected);
  }
  for (const name of reader.tensors.keys()) {
    if (!variables.has(name)) throw new CheckpointTensorError(name, 'present', 'no such tensor');
  }
  for (const [name, variable] of variables) {
    const values = (await reader.tensor(name)).as('F32');
    tf.tidy(() => {
      variable.assign(tf.tensor(values.slice(), variable.shape, 'float32'));
    });
  }
}
