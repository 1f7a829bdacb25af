// Where the pieces of a new vocabulary come from in an old one: the same piece, the pieces that the old tokenizer
// cuts it into, or nowhere. Text alone; transplant-vocabulary.ts moves the weights.
import { IdBuffer, type SpecialTokens, WordPieceTokenizer } from '@malmoi/wordpiece';

/** How many pieces of a new vocabulary came from where; together they are the new vocabulary. */
export interface TransplantCounts {
  /** Pieces that both vocabularies have. */
  readonly shared: number;
  /** New pieces, made of old ones. */
  readonly fromPieces: number;
  /** New pieces of which the old tokenizer knows no part. */
  readonly fromMean: number;
}

/** The old ids of every new piece. */
export interface VocabularyOrigins {
  /** By new id: the old piece, the old pieces that make it up, or none. */
  readonly oldIds: readonly (readonly number[])[];
  readonly counts: TransplantCounts;
}

/**
 * Finds the origins. Pieces are the same when they have the same text and both begin or both continue a word;
 * the tokens of a role (`[CLS]`, `<s>`) are the same whatever they are called. Other pieces are tokenized as the old
 * tokenizer does, and those that continue a word as it goes on within one. What it does not know ([UNK]) is left out.
 */
export function vocabularyOrigins(
  oldTokenizer: WordPieceTokenizer,
  newTokenizer: WordPieceTokenizer,
): VocabularyOrigins {
  const roles = roleCounterparts(oldTokenizer, newTokenizer);
  const splitBeginning = idsOf(oldTokenizer);
  const splitContinuation = continuationIdsOf(oldTokenizer);
  const oldPrefix = oldTokenizer.definition.continuingSubwordPrefix;
  const newPrefix = newTokenizer.definition.continuingSubwordPrefix;
  const oldIds: (readonly number[])[] = [];
  const counts = { shared: 0, fromPieces: 0, fromMean: 0 };
  for (let id = 0; id < newTokenizer.vocabSize; id++) {
    const token = newTokenizer.idToToken(id) ?? '';
    const continues = newTokenizer.isContinuation(id);
    const text = continues ? token.slice(newPrefix.length) : token;
    const same = roles.get(id) ?? oldTokenizer.tokenToId(continues ? oldPrefix + text : text);
    const pieces = same === undefined ? (continues ? splitContinuation : splitBeginning)(text) : [];
    if (same !== undefined) counts.shared++;
    else if (pieces.length > 0) counts.fromPieces++;
    else counts.fromMean++;
    oldIds.push(same === undefined ? pieces : [same]);
  }
  return { oldIds, counts };
}

/** New id → old id of the tokens with a role, as far as both vocabularies have them. */
function roleCounterparts(
  oldTokenizer: WordPieceTokenizer,
  newTokenizer: WordPieceTokenizer,
): ReadonlyMap<number, number> {
  const oldRoles = oldTokenizer.definition.specialTokens;
  const newRoles = newTokenizer.definition.specialTokens;
  const counterparts = new Map<number, number>();
  for (const role of Object.keys(newRoles) as (keyof SpecialTokens)[]) {
    const newId = newTokenizer.tokenToId(newRoles[role]);
    const oldId = oldTokenizer.tokenToId(oldRoles[role]);
    if (newId !== undefined && oldId !== undefined) counterparts.set(newId, oldId);
  }
  return counterparts;
}

/** The ids that a tokenizer cuts a text into, without [UNK]. */
function idsOf(tokenizer: WordPieceTokenizer): (text: string) => number[] {
  const ids = new IdBuffer();
  const { unkTokenId } = tokenizer;
  return (text) => {
    ids.clear();
    tokenizer.encodeToIds(text, ids);
    return [...ids.view()].filter((id) => id !== unkTokenId);
  };
}

/**
 * The same for text in the midst of a word. A tokenizer with the same rules that knows only pieces which continue a
 * word, each with its prefix and without, does there what the given one does after the beginning of a word.
 */
function continuationIdsOf(tokenizer: WordPieceTokenizer): (text: string) => number[] {
  const { definition, unkTokenId } = tokenizer;
  const { tokens, continuingSubwordPrefix: prefix, specialTokens } = definition;
  const oldIds = new Map([[specialTokens.unkToken, unkTokenId]]);
  const continuing = [...tokens.entries()].filter(
    ([, token]) => token.startsWith(prefix) && token.length > prefix.length,
  );
  for (const [id, token] of continuing) oldIds.set(token, id);
  for (const [id, token] of continuing) {
    const text = token.slice(prefix.length);
    // "####" without its prefix is "##": the text of a piece never hides a piece.
    if (!oldIds.has(text)) oldIds.set(text, id);
  }
  const within = new WordPieceTokenizer({
    ...definition,
    tokens: [...oldIds.keys()],
    addedTokens: [],
    postProcessor: 'bert',
  });
  const split = idsOf(within);
  const byId = [...oldIds.values()];
  return (text) => split(text).flatMap((id) => byId[id] ?? []);
}
