// UTF-8 to strings, with malformed sequences replaced as the WHATWG Encoding Standard has it (one U+FFFD
// for each maximal malformed part) and counted. A byte order mark is left to the caller.

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** Decodes a whole piece of text. `onInvalid` hears how many malformed sequences were replaced. */
export function decodeUtf8(bytes: Uint8Array, onInvalid: (replaced: number) => void): string {
  try {
    return strict.decode(bytes);
  } catch {
    const text = lenient.decode(bytes);
    onInvalid(countInString(text) - countInBytes(bytes));
    return text;
  }
}

/** U+FFFD characters of the text. */
function countInString(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', at + 1)) count++;
  return count;
}

/** U+FFFD that the bytes spell out (EF BF BD). EF continues nothing, so each such triple decodes to one. */
function countInBytes(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(0xef); at >= 0; at = bytes.indexOf(0xef, at + 1)) {
    if (bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd) count++;
  }
  return count;
}

/** The last position at or before `end` (and after `start`) that does not divide a character. */
export function characterBoundary(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && end - at < 3 && isContinuation(bytes[at])) at--;
  return at === start || isContinuation(bytes[at]) ? end : at;
}

const isContinuation = (byte: number | undefined): boolean =>
  byte !== undefined && (byte & 0xc0) === 0x80;

/**
 * Where the last, unfinished character of a chunk begins; the chunk's length when it ends on a whole one.
 * What follows that place belongs in front of the next chunk.
 */
export function unfinishedCharacter(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** The text with each lone surrogate replaced by U+FFFD; `onInvalid` hears how many there were. */
export function replaceLoneSurrogates(text: string, onInvalid: (replaced: number) => void): string {
  const pieces: string[] = [];
  let kept = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if ((unit & 0xf800) !== 0xd800) continue;
    if ((unit & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      i++;
      continue;
    }
    pieces.push(text.slice(kept, i));
    kept = i + 1;
  }
  if (pieces.length === 0) return text;
  onInvalid(pieces.length);
  pieces.push(text.slice(kept));
  return pieces.join('\ufffd');
}
