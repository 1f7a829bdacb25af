// Bytes to lines, streaming: line breaks are LF, CRLF and a lone CR (counted), and nothing else; U+0085 and
// U+2028 are characters of a line. Memory is bounded by the longest line allowed, time is linear.
import { RecordError } from '../errors.ts';
import { checkTextEncoding, ENCODING_SAMPLE_BYTES } from './text-encoding.ts';
import { characterBoundary, decodeUtf8 } from './utf8.ts';
import type { CorpusWarnings } from './warnings.ts';

/** A line, or a piece of one that was too long. */
export interface TextLine {
  /** Without its line break. */
  readonly text: string;
  /** 1-based. */
  readonly line: number;
  /** Where the line (or piece) starts, in bytes. */
  readonly byteOffset: number;
  /** Whether this is a second or later piece of an over-long line. */
  readonly continued: boolean;
}

export interface ReadLinesOptions {
  /** Named in errors and warnings. */
  readonly source: string;
  readonly warnings: CorpusWarnings;
  /** The longest line kept whole, in bytes; at least 16. */
  readonly maxLineBytes: number;
  /** A longer line is cut into pieces and counted, or is an error (a JSON record cannot be cut). */
  readonly overlong: 'cut' | 'error';
}

const LF = 10;
const CR = 13;

/**
 * Reads lines, in batches: one batch for each chunk of bytes, so that a consumer awaits once per chunk.
 *
 * @throws CorpusEncodingError for UTF-16, CP949 and binary files
 * @throws RecordError (RECORD_TOO_LONG) with `overlong: 'error'`
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  options: ReadLinesOptions,
): AsyncGenerator<readonly TextLine[]> {
  const cutter = new LineCutter(options);
  for await (const chunk of checkedText(chunks, options.source)) {
    const lines = cutter.push(chunk);
    if (lines.length > 0) yield lines;
  }
  const last = cutter.end();
  if (last.length > 0) yield last;
}

/** Passes chunks through once the beginning has been found to be text. */
export async function* checkedText(
  chunks: AsyncIterable<Uint8Array>,
  source: string,
): AsyncGenerator<Uint8Array> {
  let sample: Uint8Array | undefined = new Uint8Array(0);
  for await (const chunk of chunks) {
    if (sample === undefined) {
      yield chunk;
      continue;
    }
    sample = concatenate(sample, chunk);
    if (sample.length < ENCODING_SAMPLE_BYTES) continue;
    checkTextEncoding(sample.subarray(0, ENCODING_SAMPLE_BYTES), source);
    yield sample;
    sample = undefined;
  }
  if (sample !== undefined && sample.length > 0) {
    checkTextEncoding(sample, source);
    yield sample;
  }
}

function concatenate(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

/** Holds the unfinished line between chunks. */
class LineCutter {
  private readonly options: ReadLinesOptions;
  private lines: TextLine[] = [];
  private pending = new Uint8Array(1024);
  private pendingLength = 0;
  /** Bytes before the chunk at hand. */
  private position = 0;
  private line = 1;
  private lineStart = 0;
  private continued = false;
  /** The last chunk ended in a CR: a LF that comes now belongs to it. */
  private afterCarriageReturn = false;

  constructor(options: ReadLinesOptions) {
    this.options = options;
  }

  push(chunk: Uint8Array): readonly TextLine[] {
    this.lines = [];
    this.countNul(chunk);
    let start = this.finishCarriageReturn(chunk);
    let lineFeed = chunk.indexOf(LF, start);
    let carriageReturn = chunk.indexOf(CR, start);
    while (lineFeed >= 0 || carriageReturn >= 0) {
      const atCarriageReturn = carriageReturn >= 0 && (lineFeed < 0 || carriageReturn < lineFeed);
      const end = atCarriageReturn ? carriageReturn : lineFeed;
      let next = end + 1;
      this.finishLine(chunk.subarray(start, end));
      if (atCarriageReturn) {
        if (next === chunk.length) this.afterCarriageReturn = true;
        else if (chunk[next] === LF) next++;
        else this.countCarriageReturn();
        carriageReturn = chunk.indexOf(CR, next);
      }
      if (lineFeed < next) lineFeed = chunk.indexOf(LF, next);
      this.lineStart = this.position + next;
      start = next;
    }
    this.keep(chunk.subarray(start));
    this.position += chunk.length;
    return this.lines;
  }

  end(): readonly TextLine[] {
    this.lines = [];
    if (this.afterCarriageReturn) this.countCarriageReturn();
    if (this.pendingLength > 0) this.finishLine(new Uint8Array(0));
    return this.lines;
  }

  /** What of the chunk belongs to a CR at the end of the one before: 1 for a LF, otherwise 0. */
  private finishCarriageReturn(chunk: Uint8Array): number {
    if (!this.afterCarriageReturn || chunk.length === 0) return 0;
    this.afterCarriageReturn = false;
    if (chunk[0] === LF) {
      this.lineStart = this.position + 1;
      return 1;
    }
    this.countCarriageReturn();
    return 0;
  }

  private countCarriageReturn(): void {
    this.options.warnings.add('loneCarriageReturns', this.options.source, this.line - 1);
  }

  private countNul(chunk: Uint8Array): void {
    let count = 0;
    for (let at = chunk.indexOf(0); at >= 0; at = chunk.indexOf(0, at + 1)) count++;
    if (count > 0) {
      this.options.warnings.add('nulCharacters', this.options.source, this.line, count);
    }
  }

  /** Emits the pending bytes and these as the rest of a line. */
  private finishLine(rest: Uint8Array): void {
    let bytes = rest;
    if (this.pendingLength > 0) {
      this.append(rest);
      bytes = this.pending.subarray(0, this.pendingLength);
    }
    this.emit(bytes.subarray(this.cutPieces(bytes)));
    this.pendingLength = 0;
    this.continued = false;
    this.line++;
  }

  /** Keeps the beginning of a line for the next chunk; what is too long already is emitted. */
  private keep(rest: Uint8Array): void {
    this.append(rest);
    const cut = this.cutPieces(this.pending.subarray(0, this.pendingLength));
    this.pending.copyWithin(0, cut, this.pendingLength);
    this.pendingLength -= cut;
  }

  private append(bytes: Uint8Array): void {
    const needed = this.pendingLength + bytes.length;
    if (needed > this.pending.length) {
      const larger = new Uint8Array(Math.max(needed, this.pending.length * 2));
      larger.set(this.pending.subarray(0, this.pendingLength));
      this.pending = larger;
    }
    this.pending.set(bytes, this.pendingLength);
    this.pendingLength = needed;
  }

  /** Emits pieces of an over-long line until what is left is short enough; returns where that begins. */
  private cutPieces(bytes: Uint8Array): number {
    const { maxLineBytes, overlong, source, warnings } = this.options;
    let start = 0;
    while (bytes.length - start > maxLineBytes) {
      if (overlong === 'error') {
        throw new RecordError(
          'RECORD_TOO_LONG',
          source,
          this.line,
          `the record is longer than ${maxLineBytes} bytes. Raise maxRecordBytes if that is meant.`,
        );
      }
      if (!this.continued) warnings.add('linesCut', source, this.line);
      const end = cutPosition(bytes, start, start + maxLineBytes);
      this.emit(bytes.subarray(start, end));
      this.continued = true;
      this.lineStart += end - start;
      start = end;
    }
    return start;
  }

  private emit(bytes: Uint8Array): void {
    const { source, warnings } = this.options;
    const { line, lineStart, continued } = this;
    let text = decodeUtf8(bytes, (replaced) => {
      warnings.add('invalidUtf8', source, line, replaced);
    });
    if (line === 1 && !continued && text.startsWith('\ufeff')) text = text.slice(1);
    this.lines.push({ text, line, byteOffset: lineStart, continued });
  }
}

/** Where to cut an over-long line: after white space if there is some near, else between characters. */
function cutPosition(bytes: Uint8Array, start: number, end: number): number {
  const earliest = Math.max(start + 1, end - 256);
  for (let at = end; at > earliest; at--) {
    if (bytes[at - 1] === 0x20 || bytes[at - 1] === 0x09) return at;
  }
  return characterBoundary(bytes, start, end);
}
