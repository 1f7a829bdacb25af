// malmoi: the command as a function, for tests and for programs.
export { InterruptedError } from './errors/interrupted-error.ts';
export type { InterruptingSignal } from './errors/interrupted-error.ts';
export type { OutputStream, RunIo } from './io.ts';
export { run } from './run.ts';
