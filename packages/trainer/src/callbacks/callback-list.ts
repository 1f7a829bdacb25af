// Several callbacks as one: each event reaches them in their order.
import type { Json } from '../json.ts';
import type { LogRow } from '../loop/trainer-state.ts';
import { ArgumentError } from '../arguments/argument-error.ts';
import type { CallbackContext, TrainerCallback } from './trainer-callback.ts';

/** The events without further arguments. */
type PlainEvent = 'onTrainBegin' | 'onEpochBegin' | 'onStepEnd' | 'onEpochEnd' | 'onTrainEnd';

export class CallbackList {
  readonly #callbacks: readonly TrainerCallback[];

  /** @throws ArgumentError for a state without a name, or two of one name. */
  constructor(callbacks: readonly TrainerCallback[]) {
    this.#callbacks = callbacks;
    const names = callbacks.filter((callback) => 'saveState' in callback).map(({ name }) => name);
    names.forEach((name, i) => {
      if (name === undefined || names.indexOf(name) !== i) {
        throw new ArgumentError(
          'callbacks',
          name ?? 'a callback without a name',
          'a name of its own for every callback that has a state',
        );
      }
    });
  }

  async emit(event: PlainEvent, context: CallbackContext): Promise<void> {
    for (const callback of this.#callbacks) await callback[event]?.(context);
  }

  async log(context: CallbackContext, row: LogRow): Promise<void> {
    for (const callback of this.#callbacks) await callback.onLog?.(context, row);
  }

  async evaluated(context: CallbackContext, metrics: LogRow): Promise<void> {
    for (const callback of this.#callbacks) await callback.onEvaluate?.(context, metrics);
  }

  async saved(context: CallbackContext, folder: string): Promise<void> {
    for (const callback of this.#callbacks) await callback.onSave?.(context, folder);
  }

  /** Closes all of them, then throws the first error there was. */
  async close(): Promise<void> {
    const errors: unknown[] = [];
    for (const callback of this.#callbacks) {
      try {
        await callback.close?.();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  /** The states by name. */
  saveStates(): Record<string, Json> {
    return Object.fromEntries(
      this.#callbacks.flatMap((callback) =>
        callback.saveState ? [[callback.name ?? '', callback.saveState()]] : [],
      ),
    );
  }

  /** Gives the states back; a callback without one begins anew. */
  loadStates(states: Readonly<Record<string, Json>>): void {
    for (const callback of this.#callbacks) {
      const { name = '' } = callback;
      const state = states[name];
      if (callback.saveState && Object.hasOwn(states, name) && state !== undefined) {
        callback.loadState?.(state);
      }
    }
  }
}
