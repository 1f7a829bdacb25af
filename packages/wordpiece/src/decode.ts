// From tokens back to text: pieces are joined to the piece before them, everything else by a space, and
// English punctuation is closed up, as Hugging Face tokenizers' WordPiece decoder does.

/** What clean-up replaces, in this order. */
const CLEAN_UPS: readonly (readonly [string, string])[] = [
  [' .', '.'],
  [' ?', '?'],
  [' !', '!'],
  [' ,', ','],
  [" ' ", "'"],
  [" n't", "n't"],
  [" 'm", "'m"],
  [' do not', " don't"],
  [" 's", "'s"],
  [" 've", "'ve"],
  [" 're", "'re"],
];

/** @param cleanUp closes up the space before punctuation and contractions, token by token */
export function joinTokens(tokens: readonly string[], prefix: string, cleanUp: boolean): string {
  const parts = tokens.map((token, index) => {
    if (index === 0) return cleanUp ? cleanUpToken(token) : token;
    const part = token.startsWith(prefix) ? token.slice(prefix.length) : ` ${token}`;
    return cleanUp ? cleanUpToken(part) : part;
  });
  return parts.join('');
}

function cleanUpToken(token: string): string {
  let cleaned = token;
  for (const [from, to] of CLEAN_UPS) cleaned = cleaned.replaceAll(from, to);
  return cleaned;
}
