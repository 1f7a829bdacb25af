// Recognises bytes that are not UTF-8 text, from the beginning of a file: UTF-16 and UTF-32 (byte order
// mark, or NULs at every other byte), Korean CP949/EUC-KR, compressed and Parquet files.
import { CorpusEncodingError, type CorpusEncodingErrorCode } from '../errors.ts';
import { decodeUtf8, unfinishedCharacter } from './utf8.ts';

/** How many bytes {@link checkTextEncoding} wants to see, if there are that many. */
export const ENCODING_SAMPLE_BYTES = 4096;

interface Signature {
  readonly bytes: readonly number[];
  readonly code: CorpusEncodingErrorCode;
  readonly encoding: string;
}

// UTF-32LE begins like UTF-16LE, so it stands before it.
const SIGNATURES: readonly Signature[] = [
  { bytes: [0xff, 0xfe, 0, 0], code: 'UTF32', encoding: 'UTF-32LE' },
  { bytes: [0, 0, 0xfe, 0xff], code: 'UTF32', encoding: 'UTF-32BE' },
  { bytes: [0xff, 0xfe], code: 'UTF16', encoding: 'UTF-16LE' },
  { bytes: [0xfe, 0xff], code: 'UTF16', encoding: 'UTF-16BE' },
  { bytes: [0x1f, 0x8b], code: 'BINARY', encoding: 'a gzip file' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], code: 'BINARY', encoding: 'a zstd file' },
  { bytes: [0x50, 0x4b, 3, 4], code: 'BINARY', encoding: 'a zip file' },
  { bytes: [0x50, 0x41, 0x52, 0x31], code: 'BINARY', encoding: 'a Parquet file' },
];

/**
 * Throws a {@link CorpusEncodingError} when the first bytes of a file show that it is not UTF-8 text.
 * Single malformed sequences pass: they are replaced and counted later.
 */
export function checkTextEncoding(sample: Uint8Array, source: string): void {
  const signature = SIGNATURES.find(({ bytes }) => bytes.every((byte, i) => sample[i] === byte));
  if (signature !== undefined) {
    throw new CorpusEncodingError(
      signature.code,
      source,
      signature.encoding,
      signature.code === 'BINARY'
        ? 'Give it the extension of its kind (.gz, .zst, .parquet) or unpack it.'
        : convertFrom(signature.encoding),
    );
  }
  const utf16 = utf16WithoutMark(sample);
  if (utf16 !== undefined)
    throw new CorpusEncodingError('UTF16', source, utf16, convertFrom(utf16));
  if (looksLikeKoreanDoubleByte(sample)) {
    throw new CorpusEncodingError('EUC_KR', source, 'CP949 (EUC-KR)', convertFrom('CP949'));
  }
}

const convertFrom = (encoding: string): string =>
  `Convert it first: iconv -f ${encoding} -t UTF-8.`;

/**
 * The high bytes of ASCII characters are NULs, all at even or all at odd places: nearly every other byte of
 * English text, a few (of spaces, digits) of Korean text, whose other bytes are no UTF-8.
 */
function utf16WithoutMark(sample: Uint8Array): string | undefined {
  let even = 0;
  let odd = 0;
  for (let i = 0; i < sample.length; i++) {
    if (sample[i] !== 0) continue;
    if (i % 2 === 0) even++;
    else odd++;
  }
  const most = Math.max(even, odd);
  // A syllable such as 글 (U+AE00) has a NUL for its low byte.
  if (most < 2 || most < 4 * Math.min(even, odd)) return undefined;
  const isUtf16 = most >= sample.length * 0.4 || (most >= sample.length * 0.04 && !isUtf8(sample));
  if (!isUtf16) return undefined;
  return odd > even ? 'UTF-16LE' : 'UTF-16BE';
}

/** Whether the sample is UTF-8, but for a character that its end may have cut. */
function isUtf8(sample: Uint8Array): boolean {
  let invalid = 0;
  decodeUtf8(sample.subarray(0, unfinishedCharacter(sample)), (replaced) => (invalid += replaced));
  return invalid === 0;
}

/** Most bytes past ASCII are malformed as UTF-8, and read as CP949 they are Hangul. */
function looksLikeKoreanDoubleByte(sample: Uint8Array): boolean {
  let high = 0;
  for (const byte of sample) if (byte >= 0x80) high++;
  if (high < 32) return false;
  const asUtf8 = new TextDecoder('utf-8').decode(sample);
  let replaced = 0;
  for (let i = 0; i < asUtf8.length; i++) if (asUtf8.charCodeAt(i) === 0xfffd) replaced++;
  if (replaced < high / 2) return false;
  const korean = new TextDecoder('euc-kr').decode(sample);
  let hangul = 0;
  for (let i = 0; i < korean.length; i++) {
    const unit = korean.charCodeAt(i);
    if (unit >= 0xac00 && unit <= 0xd7a3) hangul++;
  }
  return hangul * 2 > high * 0.8;
}
