// What tells one tokenizer from another, whoever made it: its tokens, and what it does with a text that every
// setting of BERT's normalizer changes.
import { createHash } from 'node:crypto';

import { IdBuffer, type Tokenizer } from '@malmoi/wordpiece';

/** Case, accents, full-width and composed forms, CJK, punctuation, control characters, Hangul in NFD. */
const PROBE =
  'Ab Ünïcödé ÀÉ ﬁ Ａｂ １２ 漢字와 한글 e\u0301 \u1112\u1161\u11ab [MASK] 1,234.5 a\u200bb\u00ad "x" ##y \ufffd';

/** SHA-256 of a tokenizer, hexadecimal. Shards record it, so that they are not used with another one. */
export function tokenizerSha256(tokenizer: Tokenizer): string {
  const hash = createHash('sha256');
  for (let id = 0; id < tokenizer.vocabSize; id++) {
    hash.update(JSON.stringify(tokenizer.idToToken(id) ?? null)).update('\n');
  }
  const ids = new IdBuffer();
  for (const text of [PROBE, ...PROBE.split(' ')]) {
    ids.clear();
    tokenizer.encodeToIds(text, ids);
    hash.update(ids.view().join()).update('\n');
  }
  return hash.digest('hex');
}
