// A tokenizer: its vocabulary, its special tokens, and how it cuts a sentence.
import { loadTokenizer } from '../files/load-tokenizer.ts';
import { formatCount } from '../output/format-number.ts';
import { formatTable } from '../output/format-table.ts';
import type { Summary } from './summary.ts';

const EXAMPLE = '말모이는 우리말을 모은 사전이다.';

/** Summarizes a tokenizer folder, a tokenizer.json or a vocab.txt. */
export async function tokenizerSummary(path: string): Promise<Summary> {
  const tokenizer = await loadTokenizer(path, 'path');
  const { vocabSize } = tokenizer;
  const tokens = Array.from({ length: vocabSize }, (_, id) => tokenizer.idToToken(id) ?? '');
  const special = tokenizer.specialTokenIds.map((id) => ({ id, token: tokens[id] ?? '' }));
  const continuations = tokens.filter((_, id) => tokenizer.isContinuation(id)).length;
  const hangul = tokens.filter((token) => /[\uac00-\ud7a3]/.test(token)).length;
  const config = JSON.parse(tokenizer.toTokenizerConfig()) as Record<string, unknown>;
  const settings = ['do_lower_case', 'strip_accents', 'tokenize_chinese_chars', 'model_max_length'];
  const example = { text: EXAMPLE, tokens: tokenizer.tokenize(EXAMPLE) };
  const shown = settings.map((name) => [name, JSON.stringify(config[name] ?? null)]);
  return {
    kind: 'tokenizer',
    data: {
      vocab_size: vocabSize,
      special_tokens: special,
      continuations,
      tokens_with_hangul: hangul,
      ...Object.fromEntries(settings.map((name) => [name, config[name] ?? null])),
      example,
    },
    lines: formatTable([
      [
        'vocabulary',
        `${formatCount(vocabSize)} tokens: ${formatCount(continuations)} continue a word, ` +
          `${formatCount(hangul)} hold Hangul`,
      ],
      ['special', special.map(({ id, token }) => `${token} ${id}`).join(', ')],
      ...shown.map(([name = '', value = '']) => [name, value]),
      ['example', `${example.text} -> ${example.tokens.join(' ')}`],
    ]),
  };
}
