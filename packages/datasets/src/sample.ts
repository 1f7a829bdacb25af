// @malmoi/datasets/sample: the embedded Korean sample corpus, in Node.js and in browsers.
export { sampleClozeQuestions, type SampleClozeQuestion } from './sample/cloze.ts';
export type { SampleEntities } from './sample/corpus.ts';
export { SampleError } from './sample/errors.ts';
export {
  DEFAULT_SAMPLE_DOCUMENTS,
  DEFAULT_SAMPLE_SEED,
  sampleCorpus,
  type SampleCorpusOptions,
  type SampleSplit,
} from './sample/sample-corpus.ts';
