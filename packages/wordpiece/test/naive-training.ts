// WordPiece training the plainest way: everything is counted anew for every merge. For tests, to compare
// the real one with, merge by merge.

export interface NaiveOptions {
  readonly vocabSize: number;
  readonly minFrequency: number;
  readonly specialTokens: readonly string[];
  readonly prefix: string;
  /** The characters of the alphabet, by code point. */
  readonly alphabet: readonly string[];
}

export interface NaiveMerge {
  readonly left: string;
  readonly right: string;
  readonly token: string;
  readonly count: number;
}

/** @param words the different words and how often each occurs */
export function trainNaively(
  words: ReadonlyMap<string, number>,
  { vocabSize, minFrequency, specialTokens, prefix, alphabet }: NaiveOptions,
): { tokens: string[]; merges: NaiveMerge[] } {
  const tokens = new Set([...specialTokens, ...alphabet]);
  const inside = new Set([...words.keys()].flatMap((word) => Array.from(word).slice(1)));
  for (const character of alphabet) if (inside.has(character)) tokens.add(prefix + character);
  const segmented = [...words].map(([word, count]) => ({
    count,
    pieces: Array.from(word).flatMap((character, i) =>
      alphabet.includes(character) ? [i === 0 ? character : prefix + character] : [],
    ),
  }));

  const merges: NaiveMerge[] = [];
  while (tokens.size < vocabSize) {
    const best = mostFrequentPair(segmented, [...tokens]);
    if (best === undefined || best.count < Math.max(1, minFrequency)) break;
    const { left, right } = best;
    const token = left + right.slice(prefix.length);
    tokens.add(token);
    merges.push({ ...best, token });
    for (const word of segmented) {
      for (let i = 0; i + 1 < word.pieces.length; i++) {
        if (word.pieces[i] === left && word.pieces[i + 1] === right)
          word.pieces.splice(i, 2, token);
      }
    }
  }
  return { tokens: [...tokens], merges };
}

/** The pair with the highest count; of equals the one with the lowest left id, then right id. */
function mostFrequentPair(
  words: readonly { count: number; pieces: readonly string[] }[],
  tokens: readonly string[],
): { left: string; right: string; count: number } | undefined {
  const counts = new Map<string, number>();
  for (const { count, pieces } of words) {
    for (let i = 0; i + 1 < pieces.length; i++) {
      const pair = `${pieces[i] ?? ''}\n${pieces[i + 1] ?? ''}`;
      counts.set(pair, (counts.get(pair) ?? 0) + count);
    }
  }
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const ranked = [...counts].map(([pair, count]) => {
    const [left = '', right = ''] = pair.split('\n');
    return { left, right, count, ids: [ids.get(left) ?? 0, ids.get(right) ?? 0] as const };
  });
  ranked.sort((a, b) => b.count - a.count || a.ids[0] - b.ids[0] || a.ids[1] - b.ids[1]);
  const [best] = ranked;
  return best && { left: best.left, right: best.right, count: best.count };
}
