// `pipeline(task, model)`: one function for all tasks, as in transformers and transformers.js.
import { loadCheckpoint, type LoadCheckpointOptions } from '@malmoi/checkpoint';

import { PipelineOptionError, UnknownTaskError } from './errors.ts';
import { FillMaskPipeline } from './fill-mask.ts';

/** The pipelines by the names of their tasks. */
export interface Pipelines {
  readonly 'fill-mask': FillMaskPipeline;
}

/** The name of a task. */
export type PipelineTask = keyof Pipelines;

/** The tasks there are. */
export const PIPELINE_TASKS: readonly PipelineTask[] = ['fill-mask'];

/** Options of {@link pipeline}: those of loadCheckpoint, but what the task decides. */
export type PipelineOptions = Omit<LoadCheckpointOptions, 'architecture' | 'tokenizer'>;

/**
 * Loads a model for a task. Set TensorFlow.js's backend before (`useBackend` of @malmoi/ops).
 *
 * @param source a model folder, or the id of a repository on the Hub
 * @throws UnknownTaskError; PipelineOptionError for a model without a tokenizer; what loadCheckpoint throws
 */
export async function pipeline<Task extends PipelineTask>(
  task: Task,
  source: string,
  options: PipelineOptions = {},
): Promise<Pipelines[Task]> {
  if (!PIPELINE_TASKS.includes(task)) throw new UnknownTaskError(task, PIPELINE_TASKS);
  const { model, tokenizer, folder } = await loadCheckpoint<'BertForMaskedLM'>(source, {
    ...options,
    architecture: 'BertForMaskedLM',
  });
  if (tokenizer === undefined) {
    model.dispose();
    throw new PipelineOptionError('source', folder, 'a folder with vocab.txt or tokenizer.json');
  }
  const warn = options.onWarning ?? process.emitWarning.bind(process);
  return new FillMaskPipeline(model, tokenizer, warn);
}
