// @malmoi/pipelines: raw strings in, answers out.
export { FillMaskPipeline } from './fill-mask.ts';
export type { FillMaskOptions, FillMaskRow, FillMaskRows } from './fill-mask.ts';
export { pipeline, PIPELINE_TASKS } from './pipeline.ts';
export type { PipelineOptions, Pipelines, PipelineTask } from './pipeline.ts';
export {
  InputTooLongError,
  NoMaskTokenError,
  PipelineError,
  PipelineOptionError,
  UnknownTaskError,
} from './errors.ts';
