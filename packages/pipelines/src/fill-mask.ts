// Fill-mask: the words a masked-LM model would put in a blank. Rows and options are those of transformers'
// FillMaskPipeline; unlike there, only the blanks go through the vocabulary projection.
import type { BertForMaskedLM, BertForPreTraining } from '@malmoi/bert-model';
import type { Encoding, WordPieceTokenizer } from '@malmoi/wordpiece';
import * as tf from '@tensorflow/tfjs-core';

import { InputTooLongError, NoMaskTokenError, PipelineOptionError } from './errors.ts';
import { topTokens } from './top-k.ts';

/** One way to fill a blank; the names are those of transformers. */
export interface FillMaskRow {
  /** Probability of the token, from 0 to 1. */
  readonly score: number;
  /** Its id. */
  readonly token: number;
  /** The token as text. */
  readonly token_str: string;
  /** The text with the token filled in; with several blanks, with the others and [CLS] and [SEP] shown. */
  readonly sequence: string;
}

/** Rows of a text with one blank, best first; a list of them, one for each blank, of a text with several. */
export type FillMaskRows = FillMaskRow[] | FillMaskRow[][];

/** Options of a call. */
export interface FillMaskOptions {
  /** Rows of a blank. Default 5. */
  readonly topK?: number;
  /** Chooses only among these words; one that is no token stands for its first piece, with a warning. */
  readonly targets?: readonly string[];
  /** Texts that are run at once. Default 8. */
  readonly batchSize?: number;
  /** Cuts a text that is longer than the model takes, instead of throwing. Default false. */
  readonly truncation?: boolean;
}

/** Models that predict tokens. */
export type FillMaskModel = BertForMaskedLM | BertForPreTraining;

/** The `fill-mask` task. The pipeline owns its model: `dispose()` frees it. */
export class FillMaskPipeline {
  readonly task = 'fill-mask';
  readonly model: FillMaskModel;
  readonly tokenizer: WordPieceTokenizer;
  readonly #warn: (message: string) => void;

  /**
   * @param model disposed with the pipeline
   * @param warn told of targets that are no tokens
   */
  constructor(
    model: FillMaskModel,
    tokenizer: WordPieceTokenizer,
    warn: (message: string) => void,
  ) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.#warn = warn;
  }

  /**
   * Fills the blanks of one text, or of several.
   *
   * @throws NoMaskTokenError for a text without [MASK]; InputTooLongError; PipelineOptionError
   */
  async call(text: string, options?: FillMaskOptions): Promise<FillMaskRows>;
  async call(texts: readonly string[], options?: FillMaskOptions): Promise<FillMaskRows[]>;
  async call(
    texts: string | readonly string[],
    options: FillMaskOptions = {},
  ): Promise<FillMaskRows | FillMaskRows[]> {
    if (typeof texts !== 'string') {
      const all = await this.callForMasks(texts, options);
      return all.map(unwrapSingle);
    }
    const [rows = []] = await this.callForMasks([texts], options);
    return unwrapSingle(rows);
  }

  /**
   * As {@link FillMaskPipeline.call}, with the same shape whatever the number of blanks.
   *
   * @returns for each text, for each of its blanks, its rows
   */
  async callForMasks(
    texts: readonly string[],
    options: FillMaskOptions = {},
  ): Promise<FillMaskRow[][][]> {
    const { topK = 5, batchSize = 8 } = options;
    requireCount('topK', topK);
    requireCount('batchSize', batchSize);
    const targets = options.targets && this.#targetIds(options.targets);
    const encodings = texts.map((text, i) => this.#encode(text, i, options.truncation ?? false));
    const results: FillMaskRow[][][] = [];
    for (let first = 0; first < encodings.length; first += batchSize) {
      const batch = encodings.slice(first, first + batchSize);
      const logits = await this.#maskLogits(batch);
      const { vocabSize } = this.model.config;
      let mask = 0;
      for (const encoding of batch) {
        const positions = this.#maskPositions(encoding);
        results.push(
          positions.map((position) => {
            const row = logits.subarray(mask * vocabSize, ++mask * vocabSize);
            return topTokens(row, topK, targets).map((scored) => ({
              ...scored,
              token_str: this.tokenizer.decode([scored.token], { skipSpecialTokens: false }),
              sequence: this.#fill(encoding, position, scored.token, positions.length === 1),
            }));
          }),
        );
      }
    }
    return results;
  }

  /** Frees the model. */
  dispose(): void {
    this.model.dispose();
  }

  #encode(text: string, index: number, truncation: boolean): Encoding {
    const most = this.model.config.maxPositionEmbeddings;
    const encoding = this.tokenizer.encode(text, { truncation, maxLength: most });
    const length = encoding.inputIds.length;
    if (length > most) throw new InputTooLongError(index, length, most);
    if (this.#maskPositions(encoding).length === 0) {
      const { maskTokenId } = this.tokenizer;
      throw new NoMaskTokenError(index, this.tokenizer.idToToken(maskTokenId) ?? '[MASK]');
    }
    return encoding;
  }

  #maskPositions({ inputIds }: Encoding): number[] {
    const { maskTokenId } = this.tokenizer;
    return [...inputIds.keys()].filter((position) => inputIds[position] === maskTokenId);
  }

  /** `[masks * vocab]`: the logits of every blank of a batch, in order. */
  async #maskLogits(batch: readonly Encoding[]): Promise<Float32Array> {
    const length = Math.max(...batch.map(({ inputIds }) => inputIds.length));
    const padded = (pick: (encoding: Encoding) => readonly number[], fill: number): tf.Tensor2D => {
      const rows = batch.map((encoding) => {
        const values = pick(encoding);
        return [...values, ...new Array<number>(length - values.length).fill(fill)];
      });
      return tf.tensor2d(rows, [batch.length, length], 'int32');
    };
    const positions = batch.flatMap((encoding, row) =>
      this.#maskPositions(encoding).map((position) => row * length + position),
    );
    const logits = tf.tidy(() =>
      this.model.logitsAt(
        {
          inputIds: padded(({ inputIds }) => inputIds, this.tokenizer.padTokenId),
          tokenTypeIds: padded(({ tokenTypeIds }) => tokenTypeIds, 0),
          attentionMask: padded(({ attentionMask }) => attentionMask, 0),
        },
        tf.tensor1d(positions, 'int32'),
      ),
    );
    try {
      return (await logits.data()) as Float32Array;
    } finally {
      logits.dispose();
    }
  }

  /** The text with a token in the place of a blank; [PAD], as transformers has it, leaves nothing. */
  #fill({ inputIds }: Encoding, position: number, token: number, isOnlyBlank: boolean): string {
    const filled = inputIds
      .map((id, at) => (at === position ? token : id))
      .filter((id) => id !== this.tokenizer.padTokenId);
    return this.tokenizer.decode(filled, { skipSpecialTokens: isOnlyBlank });
  }

  #targetIds(targets: readonly string[]): number[] {
    const ids = targets.flatMap((target) => {
      const known = this.tokenizer.tokenToId(target);
      if (known !== undefined) return [known];
      const [first] = this.tokenizer.encode(target, { addSpecialTokens: false }).inputIds;
      const shown = first === undefined ? undefined : this.tokenizer.idToToken(first);
      const instead = shown === undefined ? 'it is left out' : `'${shown}' stands for it`;
      this.#warn(`the target '${target}' is no token of the vocabulary: ${instead}`);
      return first === undefined ? [] : [first];
    });
    if (ids.length === 0) {
      throw new PipelineOptionError('targets', targets, 'at least one word of the vocabulary');
    }
    return [...new Set(ids)].sort((a, b) => a - b);
  }
}

function unwrapSingle(rows: FillMaskRow[][]): FillMaskRows {
  const [only] = rows;
  return only !== undefined && rows.length === 1 ? only : rows;
}

function requireCount(option: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new PipelineOptionError(option, value, 'an integer of at least 1');
  }
}
