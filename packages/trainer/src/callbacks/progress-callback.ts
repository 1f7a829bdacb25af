// Shows how a run goes: a bar that is drawn anew on a terminal, one line for each log row elsewhere.
import type { LogRow, TrainerState } from '../loop/trainer-state.ts';
import type { TextOutput } from './text-output.ts';
import type { CallbackContext, TrainerCallback } from './trainer-callback.ts';

/** Options of {@link ProgressCallback}. */
export interface ProgressOptions {
  /** Default `process.stderr`. */
  readonly output?: TextOutput;
  /** Milliseconds now. Default `performance.now`. For tests. */
  readonly now?: () => number;
  /** Bytes the process holds. Default: its resident set. For tests. */
  readonly memory?: () => number;
}

/** Milliseconds between two drawings of the bar. */
const REDRAW = 100;
const BAR_WIDTH = 20;

export class ProgressCallback implements TrainerCallback {
  readonly #output: TextOutput;
  readonly #now: () => number;
  readonly #memory: () => number;
  #start = { time: 0, step: 0, tokens: 0 };
  #drawn = -Infinity;
  #loss: number | undefined;

  constructor(options: ProgressOptions = {}) {
    this.#output = options.output ?? process.stderr;
    this.#now = options.now ?? (() => performance.now());
    this.#memory = options.memory ?? (() => process.memoryUsage.rss());
  }

  onTrainBegin({ state }: CallbackContext): void {
    const { globalStep: step, numInputTokensSeen: tokens } = state;
    this.#start = { time: this.#now(), step, tokens };
  }

  onStepEnd({ state }: CallbackContext): void {
    const { steps, loss } = state.window;
    if (steps > 0) this.#loss = loss / steps;
    if (this.#output.isTTY !== true) return;
    const isLast = state.globalStep === state.maxSteps;
    if (this.#now() - this.#drawn < REDRAW && !isLast) return;
    this.#drawn = this.#now();
    this.#output.write(`\r\u001b[K${this.#bar(state)}`);
  }

  onLog({ state }: CallbackContext, row: LogRow): void {
    const numbers = Object.entries(row).filter(([name]) => name !== 'step' && name !== 'epoch');
    const figures = numbers.map(([name, value]) => `${name} ${formatNumber(value)}`).join('  ');
    const place = `step ${state.globalStep}/${state.maxSteps}  epoch ${state.epoch.toFixed(2)}`;
    const isUpdate = row['loss'] !== undefined;
    const speed = isUpdate ? `  ${this.#speed(state)}` : '';
    const clear = this.#output.isTTY === true ? '\r\u001b[K' : '';
    this.#output.write(`${clear}${place}  ${figures}${speed}\n`);
    this.#drawn = -Infinity;
  }

  close(): void {
    if (this.#output.isTTY === true && this.#drawn !== -Infinity) this.#output.write('\n');
  }

  #bar(state: TrainerState): string {
    const { globalStep, maxSteps } = state;
    const full = Math.floor((BAR_WIDTH * globalStep) / maxSteps);
    const bar = `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}`;
    const epochs = `epoch ${state.epoch.toFixed(2)}/${formatNumber(state.numTrainEpochs)}`;
    const loss = this.#loss === undefined ? '' : `  loss ${formatNumber(this.#loss)}`;
    const line = `${bar} ${globalStep}/${maxSteps}  ${epochs}${loss}  ${this.#speed(state)}`;
    return line.slice(0, Math.max(20, (this.#output.columns ?? 120) - 1));
  }

  /** Tokens a second and the time left, by the mean of this process, and memory. */
  #speed({ globalStep, maxSteps, numInputTokensSeen }: TrainerState): string {
    const seconds = Math.max(1e-9, (this.#now() - this.#start.time) / 1000);
    const tokens = (numInputTokensSeen - this.#start.tokens) / seconds;
    const steps = (globalStep - this.#start.step) / seconds;
    const left = steps > 0 ? formatDuration((maxSteps - globalStep) / steps) : '?';
    const megabytes = Math.round(this.#memory() / 1e6);
    return `${Math.round(tokens).toLocaleString('en-US')} tokens/s  ETA ${left}  ${megabytes} MB`;
  }
}

/** Four digits that count, as short as that goes. */
export function formatNumber(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** `1:02:03`, `2:03`. */
export function formatDuration(seconds: number): string {
  const total = Math.round(seconds);
  const parts = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}
