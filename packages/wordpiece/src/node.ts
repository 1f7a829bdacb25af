// @malmoi/wordpiece/node: what needs Node.js: files and worker threads.
export { CorpusError, SaveError, WorkerDiedError } from './errors.ts';
