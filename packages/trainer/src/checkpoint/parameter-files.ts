// The files of any model: its parameters by name, in model.safetensors.
import { openSafetensorsFile, saveSafetensorsFile } from '@malmoi/safetensors/node';
import { join } from 'node:path';

import type { TrainableModel } from '../loop/training-task.ts';
import type { ModelFiles } from './model-files.ts';
import { fillVariables, variablesToWrite } from './variable-tensors.ts';

const FILE = 'model.safetensors';

/** Saves the parameters of a model of any kind, frozen ones included. */
export function parameterFiles(model: TrainableModel): ModelFiles {
  return {
    configuration: '',
    async save(folder, fileSystem) {
      await saveSafetensorsFile(join(folder, FILE), variablesToWrite(model.namedParameters()), {
        metadata: new Map([['format', 'pt']]),
        fileSystem,
      });
    },
    async load(folder) {
      const reader = await openSafetensorsFile(join(folder, FILE));
      try {
        await fillVariables(model.namedParameters(), reader);
      } finally {
        await reader.close();
      }
    },
  };
}
