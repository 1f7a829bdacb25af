// Whether training time grows with the text and no faster: each awkward text at a size and at twice the
// size, in CPU seconds of this process. Twice the text may take 2.5 times as long.
// Usage: node linear.mjs [MEGABYTES]
import process from 'node:process';

const { trainWordPiece } = await import(
  new URL('../../packages/wordpiece/dist/index.js', import.meta.url).href
);
const bytes = Number(process.argv[2] ?? 4) * 1e6;

/** A reproducible number below `limit` for each i. */
const mixed = (i, limit) => (Math.imul(i + 1, 0x9e3779b1) >>> 8) % limit;
const marks = ['\u0301', '\u0323', '\u0300', '\u031b'];
const syllable = (i) => String.fromCodePoint(0xac00 + mixed(i, 11_172));

/** Texts of about `size` bytes. */
const texts = {
  'one letter, no white space': (size) => 'a'.repeat(size),
  'two letters in turn, no white space': (size) => 'ab'.repeat(size / 2),
  'random letters, no white space': (size) =>
    Array.from({ length: size }, (_, i) => String.fromCodePoint(97 + mixed(i, 26))).join(''),
  'random syllables, no white space': (size) =>
    Array.from({ length: size / 3 }, (_, i) => syllable(i)).join(''),
  'every word different': (size) =>
    Array.from(
      { length: size / 13 },
      (_, i) => syllable(i) + syllable(i >> 4) + syllable(i >> 8) + syllable(7 * i),
    ).join(' '),
  'mixed combining marks': (size) =>
    Array.from({ length: size / 2 }, (_, i) => marks[mixed(i, 4)]).join(''),
  'only white space': (size) => ' '.repeat(size),
  'only punctuation': (size) => '.'.repeat(size),
  'half surrogate pairs': (size) => 'a\ud800'.repeat(size / 4),
  'NFD Hangul': (size) => '\u1112\u1161\u11ab'.repeat(size / 9),
};

async function seconds(text) {
  const before = process.cpuUsage();
  const pieces = Array.from({ length: Math.ceil(text.length / 2 ** 20) }, (_, i) =>
    text.slice(i * 2 ** 20, (i + 1) * 2 ** 20),
  );
  await trainWordPiece(['가', ...pieces], {
    vocabSize: 20_000,
    normalization: 'NFC',
    lowercase: true,
  });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const rows = [];
for (const [name, make] of Object.entries(texts)) {
  await seconds(make(bytes / 4));
  const once = await seconds(make(bytes));
  const twice = await seconds(make(2 * bytes));
  rows.push({
    text: name,
    s: once.toFixed(2),
    'twice the text, s': twice.toFixed(2),
    ratio: (twice / once).toFixed(2),
  });
}
console.table(rows);
