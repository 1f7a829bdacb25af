// Messages of packages speak of their options; users of the command know flags.

/** Names of options as the packages call them, and how they are written here. */
const FLAGS = [
  ['vocabSize', '--vocab_size'],
  ['minFrequency', '--min_frequency'],
  ['limitAlphabet', '--limit_alphabet'],
  ['specialTokens', '--special_tokens'],
  ['textColumn', '--text_column'],
  ['overwriteCache', '--overwrite_cache'],
  ['minDocumentCharacters', '--min_document_characters'],
  ['validationSplitPercentage', '--validation_split_percentage'],
  ['maxSeqLength', '--max_seq_length'],
  ['tokensPerShard', '--tokens_per_shard'],
] as const;

/** A message of a package, with its options under the names that they have on the command line. */
export function inFlags(message: string): string {
  const named = FLAGS.reduce(
    (text, [option, flag]) => text.replaceAll(new RegExp(`\\b${option}\\b`, 'g'), flag),
    message,
  );
  return named
    .replaceAll("normalization: 'NFC'", '--normalization NFC')
    .replaceAll('truncation: true', '--truncation')
    .replaceAll('the option format', '--format');
}
