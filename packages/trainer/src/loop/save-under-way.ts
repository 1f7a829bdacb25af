// The one checkpoint that may be under way while training goes on, and the last one that is whole.
import type { CheckpointUnderWay } from '../checkpoint/run-checkpoints.ts';

export class SaveUnderWay {
  #current: CheckpointUnderWay | undefined;
  #isSettled = false;
  #lastWhole: string | undefined;

  /** @param lastWhole the checkpoint that the run goes on from. */
  constructor(lastWhole?: string) {
    this.#lastWhole = lastWhole;
  }

  /** Folder of the last checkpoint that was written to its end. */
  get lastWhole(): string | undefined {
    return this.#lastWhole;
  }

  /** Whether there is one whose writing has come to its end, good or bad: then `finish` need not wait. */
  get isSettled(): boolean {
    return this.#current !== undefined && this.#isSettled;
  }

  /** Takes over a checkpoint. The one before must have been finished. */
  begin(save: CheckpointUnderWay): void {
    this.#current = save;
    this.#isSettled = false;
    const settle = (): void => {
      if (this.#current === save) this.#isSettled = true;
    };
    save.written.then(settle, settle);
  }

  /**
   * Waits for the checkpoint that is under way.
   *
   * @returns its folder; undefined where none is.
   * @throws what its writing failed with, once.
   */
  async finish(): Promise<string | undefined> {
    const save = this.#current;
    this.#current = undefined;
    if (save === undefined) return undefined;
    await save.written;
    this.#lastWhole = save.path;
    return save.path;
  }
}
