// Where special tokens go around one text or two: BERT's [CLS] A [SEP] B [SEP] and whatever else a
// tokenizer.json's TemplateProcessing says; and the assembly of Encodings from windows of tokens.
import type { Encoding, Offsets, TokenizedText } from './encoding.ts';
import { codePointOffsets } from './surrogates.ts';
import type { TokenWindow } from './truncation.ts';

/** A special token, or (`sequence`) one of the texts. */
export type TemplatePiece =
  | { readonly sequence: 'A' | 'B'; readonly typeId: number }
  | { readonly specialToken: string; readonly ids: readonly number[]; readonly typeId: number };

export interface PostProcessor {
  readonly single: readonly TemplatePiece[];
  readonly pair: readonly TemplatePiece[];
}

/** BERT's own: [CLS] A [SEP], and [CLS] A [SEP] B [SEP] with type 1 from B on. */
export function bertPostProcessor(
  cls: { readonly token: string; readonly id: number },
  sep: { readonly token: string; readonly id: number },
): PostProcessor {
  const special = ({ token, id }: typeof cls, typeId: number): TemplatePiece => ({
    specialToken: token,
    ids: [id],
    typeId,
  });
  const single: TemplatePiece[] = [special(cls, 0), { sequence: 'A', typeId: 0 }, special(sep, 0)];
  return { single, pair: [...single, { sequence: 'B', typeId: 1 }, special(sep, 1)] };
}

/** The template of a tokenizer without a post-processor. */
export const PLAIN_POST_PROCESSOR: PostProcessor = {
  single: [{ sequence: 'A', typeId: 0 }],
  pair: [
    { sequence: 'A', typeId: 0 },
    { sequence: 'B', typeId: 1 },
  ],
};

/** The template without its special tokens (`addSpecialTokens: false`). */
export function withoutSpecialTokens(template: readonly TemplatePiece[]): TemplatePiece[] {
  return template.filter((piece) => 'sequence' in piece);
}

/** How many tokens a template adds. */
export function addedTokenCount(template: readonly TemplatePiece[]): number {
  return template.reduce((sum, piece) => sum + ('sequence' in piece ? 0 : piece.ids.length), 0);
}

/** A text and the window of it that an Encoding shows. */
export interface WindowedText {
  readonly tokenized: TokenizedText;
  readonly window: TokenWindow;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

const NOWHERE: Offsets = [0, 0];

/** Builds Encodings from a template; remembers each text's table of code points between windows. */
export class EncodingAssembler {
  readonly #idToToken: (id: number) => string;
  readonly #codePoints = new Map<TokenizedText, Int32Array>();

  constructor(idToToken: (id: number) => string) {
    this.#idToToken = idToToken;
  }

  assemble(
    template: readonly TemplatePiece[],
    texts: readonly [WindowedText, WindowedText?],
    overflowing: readonly Encoding[] = [],
  ): Encoding {
    const encoding = emptyEncoding(overflowing);
    for (const piece of template) {
      if ('sequence' in piece) {
        const index = piece.sequence === 'A' ? 0 : 1;
        const text = texts[index];
        if (text !== undefined) this.#appendText(encoding, text, index, piece.typeId);
      } else {
        for (const id of piece.ids) {
          appendSpecial(encoding, id, this.#idToToken(id), piece.typeId);
        }
      }
    }
    return encoding;
  }

  #appendText(
    encoding: Mutable<Encoding>,
    { tokenized, window }: WindowedText,
    sequence: 0 | 1,
    typeId: number,
  ): void {
    const codePoints = this.#codePointsOf(tokenized);
    for (let i = window.from; i < window.to; i++) {
      const id = tokenized.ids[i] ?? 0;
      const start = tokenized.starts[i] ?? 0;
      const end = tokenized.ends[i] ?? 0;
      encoding.inputIds.push(id);
      encoding.tokens.push(this.#idToToken(id));
      encoding.tokenTypeIds.push(typeId);
      encoding.attentionMask.push(1);
      encoding.specialTokensMask.push(0);
      encoding.wordIds.push(tokenized.wordIds[i] ?? null);
      encoding.sequenceIds.push(sequence);
      encoding.offsets.push([start, end]);
      encoding.codePointOffsets.push([codePoints[start] ?? 0, codePoints[end] ?? 0]);
    }
  }

  #codePointsOf(tokenized: TokenizedText): Int32Array {
    const known = this.#codePoints.get(tokenized);
    if (known !== undefined) return known;
    const computed = codePointOffsets(tokenized.text);
    this.#codePoints.set(tokenized, computed);
    return computed;
  }
}

function emptyEncoding(overflowing: readonly Encoding[]): Mutable<Encoding> {
  return {
    inputIds: [],
    tokenTypeIds: [],
    attentionMask: [],
    specialTokensMask: [],
    tokens: [],
    wordIds: [],
    sequenceIds: [],
    offsets: [],
    codePointOffsets: [],
    overflowing: [...overflowing],
  };
}

function appendSpecial(
  encoding: Mutable<Encoding>,
  id: number,
  token: string,
  typeId: number,
): void {
  encoding.inputIds.push(id);
  encoding.tokens.push(token);
  encoding.tokenTypeIds.push(typeId);
  encoding.attentionMask.push(1);
  encoding.specialTokensMask.push(1);
  encoding.wordIds.push(null);
  encoding.sequenceIds.push(null);
  encoding.offsets.push(NOWHERE);
  encoding.codePointOffsets.push(NOWHERE);
}
