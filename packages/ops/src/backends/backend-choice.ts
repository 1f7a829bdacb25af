// The report that every backend selection ends in: what computes, and why the others do not.

/** The backends of DESIGN's table, by the name a user gives. */
export type BackendName = 'native' | 'tensorflow' | 'wasm' | 'cpu';

/** A backend that `auto` passed over. */
export interface SkippedBackend {
  readonly name: BackendName;
  readonly reason: string;
  /** The command or step that would make it usable. */
  readonly fix: string;
}

/** What useBackend chose. */
export interface BackendChoice {
  /** Also the name of the active TensorFlow.js backend, as tf.getBackend() returns it. */
  readonly name: BackendName;
  /** The npm package that provides it. */
  readonly packageName: string;
  /**
   * What it runs on, e.g. `GPU`, `CPU, WebAssembly`; the native backend adds its instruction set, and
   * tfjs-node-gpu on a CPU why it found no GPU.
   */
  readonly device: string;
  /** With `auto`, the better backends that were tried first, in order; otherwise empty. */
  readonly skipped: readonly SkippedBackend[];
}

/** The choice in words, one line for the chosen backend and two for each that was passed over. */
export function formatBackendChoice({ name, packageName, device, skipped }: BackendChoice): string {
  return [
    `Backend: ${name} (${packageName}, ${device}).`,
    ...skipped.map((other) => `  not ${other.name}: ${other.reason}\n    to use it: ${other.fix}`),
  ].join('\n');
}
