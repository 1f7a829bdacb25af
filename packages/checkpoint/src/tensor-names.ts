// Which tensor of a file belongs to which weight of the model. The rules are transformers': the names of
// `modeling_bert.py`; the base prefix `bert.` added or dropped where that finds the weight; LayerNorm's
// `gamma` and `beta` of TensorFlow's days; tables that are computed, not learned, passed over.
import type { LoadReport, ShapeMismatch } from '@malmoi/bert-model';

import { AmbiguousTensorError } from './errors.ts';

/** A tensor as a header describes it. */
export interface DescribedTensor {
  readonly shape: readonly number[];
}

/** A file's tensors put beside a model's weights; nothing has been read yet. */
export interface TensorMatch {
  /** Weight of the model → name in the file. Mismatched shapes are left out. */
  readonly sources: ReadonlyMap<string, string>;
  readonly report: LoadReport;
}

/** What {@link matchTensors} has to know besides. */
export interface MatchOptions {
  /** Where the tensors stand, for errors. */
  readonly path: string;
  /** Weights that the file may lack without being reported: fixed tables. Default none. */
  readonly optional?: ReadonlySet<string>;
}

const BASE_PREFIX = 'bert.';

/** Non-persistent since transformers 4.31; older files hold them. */
const COMPUTED_TABLES: ReadonlySet<string> = new Set([
  'embeddings.position_ids',
  'embeddings.token_type_ids',
]);

export const WORD_EMBEDDINGS = 'bert.embeddings.word_embeddings.weight';
export const DECODER_WEIGHT = 'cls.predictions.decoder.weight';
export const DECODER_BIAS = 'cls.predictions.decoder.bias';
export const HEAD_BIAS = 'cls.predictions.bias';

/** The tied decoder's names, under which files may hold these weights too. */
const TIED_NAMES: ReadonlyMap<string, string> = new Map([
  [DECODER_WEIGHT, WORD_EMBEDDINGS],
  [DECODER_BIAS, HEAD_BIAS],
]);

/**
 * Puts a file's tensors beside a model's.
 *
 * A tied weight is accepted under either of its names. Where a file holds both, the word embeddings and
 * the decoder's bias are used.
 *
 * @param expected the model's weights by name.
 * @param found the file's tensors by name.
 * @throws {AmbiguousTensorError} when two tensors of the file claim the same weight.
 */
export function matchTensors(
  expected: ReadonlyMap<string, DescribedTensor>,
  found: ReadonlyMap<string, DescribedTensor>,
  { path, optional = new Set() }: MatchOptions,
): TensorMatch {
  const { claims, unexpected } = claimWeights(expected, found, path);
  const mismatched: ShapeMismatch[] = [];
  const sources = new Map<string, string>();
  for (const [name, source] of claims) {
    const shapes = {
      expected: expected.get(name)?.shape ?? [],
      found: found.get(source)?.shape ?? [],
    };
    if (isSameShape(shapes.expected, shapes.found)) {
      sources.set(name, source);
    } else {
      mismatched.push({ name, ...shapes });
    }
  }
  const missing = [...expected.keys()].filter((name) => !claims.has(name) && !optional.has(name));
  return { sources, report: { missing, unexpected, mismatched } };
}

/** Which tensor of the file each weight gets, whatever its shape. */
function claimWeights(
  expected: ReadonlyMap<string, DescribedTensor>,
  found: ReadonlyMap<string, DescribedTensor>,
  path: string,
): { claims: Map<string, string>; unexpected: string[] } {
  const claims = new Map<string, string>();
  const tiedClaims = new Map<string, string>();
  const unexpected: string[] = [];
  const claim = (target: Map<string, string>, name: string, source: string): void => {
    const other = target.get(name);
    if (other !== undefined) throw new AmbiguousTensorError(path, name, other, source);
    target.set(name, source);
  };
  for (const source of found.keys()) {
    const spellings = spellingsOf(source);
    const name = spellings.find((spelling) => expected.has(spelling));
    const tied = spellings
      .map((spelling) => TIED_NAMES.get(spelling))
      .find((target) => target !== undefined);
    if (name !== undefined) {
      claim(claims, name, source);
    } else if (tied !== undefined && expected.has(tied)) {
      claim(tiedClaims, tied, source);
    } else if (!spellings.some((spelling) => COMPUTED_TABLES.has(spelling))) {
      unexpected.push(source);
    }
  }
  for (const [name, source] of tiedClaims) {
    // The decoder adds its own bias where a file has two; the word embeddings are looked up as they are.
    if (name === HEAD_BIAS || !claims.has(name)) claims.set(name, source);
  }
  // The decoder of an untied head had no bias of its own before transformers 5: the head's was used.
  const headBias = claims.get(HEAD_BIAS);
  if (expected.has(DECODER_BIAS) && !claims.has(DECODER_BIAS) && headBias !== undefined) {
    claims.set(DECODER_BIAS, headBias);
  }
  return { claims, unexpected };
}

/** The file's tensor of this weight, under whatever spelling, or undefined. */
export function findTensorName(
  found: ReadonlyMap<string, DescribedTensor>,
  name: string,
): string | undefined {
  return [...found.keys()].find((source) => spellingsOf(source).includes(name));
}

/** The names a model may use for a tensor of a file, most literal first. */
function spellingsOf(source: string): string[] {
  const modern = modernName(source);
  const other = modern.startsWith(BASE_PREFIX)
    ? modern.slice(BASE_PREFIX.length)
    : BASE_PREFIX + modern;
  return [...new Set([source, modern, other])];
}

/** `LayerNorm.gamma` and `LayerNorm.beta` are PyTorch's `weight` and `bias`. */
function modernName(name: string): string {
  if (name.endsWith('LayerNorm.gamma')) return `${name.slice(0, -'gamma'.length)}weight`;
  if (name.endsWith('LayerNorm.beta')) return `${name.slice(0, -'beta'.length)}bias`;
  return name;
}

function isSameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
