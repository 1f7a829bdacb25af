// After every epoch, what the model would fill into the blanks of sample sentences: the quickest way to see what
// it has learned (after the MaskedTextGenerator of Keras' "End-to-end Masked Language Modeling with BERT").
import type { BertForMaskedLM, BertForPreTraining } from '@malmoi/bert-model';
import * as tf from '@tensorflow/tfjs-core';

import { ArgumentError } from '../arguments/argument-error.ts';
import type { Json } from '../json.ts';
import type { TextOutput } from './text-output.ts';
import type { CallbackContext, TrainerCallback } from './trainer-callback.ts';

/** What is asked of a tokenizer; those of @malmoi/wordpiece have it. */
export interface FillingTokenizer {
  readonly maskTokenId: number;
  /** Ids with special tokens around them; `[MASK]` in the text is the mask. */
  encode(text: string): { readonly inputIds: ArrayLike<number> };
  idToToken(id: number): string | undefined;
}

/** One candidate for a blank. */
export interface Filling {
  readonly token: string;
  /** Probability, 0 to 1. */
  readonly score: number;
}

/** What a sentence's first blank was filled with at some point of the run. */
export interface FilledText {
  readonly step: number;
  readonly epoch: number;
  readonly text: string;
  /** Best first. */
  readonly fillings: readonly Filling[];
}

/** Options of {@link MaskedTextGenerator}. */
export interface MaskedTextGeneratorOptions {
  /** How many candidates. Default 5. */
  readonly topK?: number;
  /** Also every so many updates. Default: only after epochs and at the end. */
  readonly steps?: number;
  /** Default `process.stderr`. */
  readonly output?: TextOutput;
}

export class MaskedTextGenerator implements TrainerCallback {
  readonly name = 'MaskedTextGenerator';
  readonly #model: BertForPreTraining | BertForMaskedLM;
  readonly #tokenizer: FillingTokenizer;
  readonly #samples: readonly { readonly text: string; readonly ids: Int32Array }[];
  readonly #options: Required<MaskedTextGeneratorOptions>;
  #history: readonly FilledText[] = [];

  /**
   * @param texts each with at least one `[MASK]`; the first is filled.
   * @throws ArgumentError for a text without a mask.
   */
  constructor(
    model: BertForPreTraining | BertForMaskedLM,
    tokenizer: FillingTokenizer,
    texts: readonly string[],
    options: MaskedTextGeneratorOptions = {},
  ) {
    this.#model = model;
    this.#tokenizer = tokenizer;
    this.#options = { topK: 5, steps: Infinity, output: process.stderr, ...options };
    this.#samples = texts.map((text) => {
      const ids = Int32Array.from(tokenizer.encode(text).inputIds);
      if (!ids.includes(tokenizer.maskTokenId)) {
        throw new ArgumentError('texts', text, 'a text with [MASK] in it');
      }
      return { text, ids };
    });
  }

  /** Everything so far, oldest first; a resumed run has what came before. */
  get history(): readonly FilledText[] {
    return this.#history;
  }

  async onStepEnd({ state }: CallbackContext): Promise<void> {
    if (state.globalStep % this.#options.steps === 0) await this.#fillAll(state);
  }

  async onEpochEnd({ state }: CallbackContext): Promise<void> {
    await this.#fillAll(state);
  }

  async onTrainEnd({ state }: CallbackContext): Promise<void> {
    await this.#fillAll(state);
  }

  saveState(): Json {
    return this.#history as unknown as Json;
  }

  loadState(state: Json): void {
    this.#history = state as unknown as readonly FilledText[];
  }

  async #fillAll({ globalStep: step, epoch }: CallbackContext['state']): Promise<void> {
    if (this.#history.at(-1)?.step === step) return;
    this.#options.output.write(`step ${step}, epoch ${epoch.toFixed(2)}\n`);
    for (const { text, ids } of this.#samples) {
      const fillings = await this.#fill(ids);
      this.#history = [...this.#history, { step, epoch, text, fillings }];
      const shown = fillings.map(({ token, score }) => `${token} ${score.toFixed(3)}`);
      this.#options.output.write(`  ${text}  ${shown.join(', ')}\n`);
    }
  }

  async #fill(ids: Int32Array): Promise<Filling[]> {
    const position = ids.indexOf(this.#tokenizer.maskTokenId);
    const probabilities = tf.tidy(() => {
      const inputIds = tf.tensor2d(ids, [1, ids.length], 'int32');
      const output = this.#model.forward({ inputIds });
      const logits = 'logits' in output ? output.logits : output.predictionLogits;
      return tf.softmax(tf.reshape(tf.slice(logits, [0, position, 0], [1, 1, -1]), [-1]));
    });
    const scores = await probabilities.data();
    probabilities.dispose();
    const best = Array.from(scores.keys())
      .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b)
      .slice(0, this.#options.topK);
    return best.map((id) => ({
      token: this.#tokenizer.idToToken(id) ?? String(id),
      score: scores[id] ?? 0,
    }));
  }
}
