// A strict, streaming JSON reader over UTF-8 bytes. `JSON.parse` cannot see duplicate keys, `1.0` in
// place of `1` or integers past 2^53, and needs the whole document as one string; this one sees them,
// knows the byte offset of everything, and allocates only what its caller keeps. Grammar: RFC 8259.

import { firstInvalidUtf8 } from './utf8.ts';

/** Deepest accepted nesting of arrays and objects; the reference reader's limit. */
export const MAX_NESTING = 127;

/** What kind of value starts at the reader's position. */
export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

/** Why a document was refused. */
export type StrictJsonFailure = 'utf8' | 'syntax' | 'duplicate-key';

/** A document is not strict JSON. Callers turn this into their own error with a file name. */
export class StrictJsonError extends Error {
  readonly failure: StrictJsonFailure;
  /** Offset in the document's bytes. */
  readonly offset: number;

  constructor(failure: StrictJsonFailure, offset: number, finding: string) {
    super(finding);
    this.name = 'StrictJsonError';
    this.failure = failure;
    this.offset = offset;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;

const ESCAPES: ReadonlyMap<number, string> = new Map(
  Object.entries({
    '"': '"',
    '\\': '\\',
    '/': '/',
    b: '\b',
    f: '\f',
    n: '\n',
    r: '\r',
    t: '\t',
  }).map(([letter, meaning]) => [letter.charCodeAt(0), meaning] as const),
);

/** What a value starts with. */
const KINDS: ReadonlyMap<number, JsonKind> = new Map([
  [OPEN_BRACE, 'object'],
  [OPEN_BRACKET, 'array'],
  [QUOTE, 'string'],
  ...Array.from('tf', (letter) => [letter.charCodeAt(0), 'boolean'] as const),
  ...Array.from('n', (letter) => [letter.charCodeAt(0), 'null'] as const),
  ...Array.from('-0123456789', (letter) => [letter.charCodeAt(0), 'number'] as const),
]);

/**
 * Reads one JSON document from start to end. The caller asks for what it expects (`readObject`,
 * `readString`, ...) after looking at `peek()`, and finishes with `end()`.
 */
export class StrictJsonReader {
  readonly #bytes: Uint8Array;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #position = 0;
  #depth = 0;

  /** @throws {StrictJsonError} when the bytes are not valid UTF-8 or start with a byte order mark. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    const invalid = firstInvalidUtf8(bytes);
    if (invalid >= 0) {
      throw new StrictJsonError(
        'utf8',
        invalid,
        `the byte ${hex(bytes[invalid])} is not valid UTF-8`,
      );
    }
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
      throw new StrictJsonError('syntax', 0, 'it starts with a byte order mark');
    }
  }

  /** Offset of the next value, after white space. */
  get offset(): number {
    this.#skipWhiteSpace();
    return this.#position;
  }

  /** The kind of the next value. @throws {StrictJsonError} when no value starts here. */
  peek(): JsonKind {
    const byte = this.#bytes[this.offset];
    const kind = byte === undefined ? undefined : KINDS.get(byte);
    if (kind === undefined) throw this.#syntax('a JSON value');
    return kind;
  }

  /** Reads an object; `onEntry` must read the value of each key. Keys must be distinct. */
  readObject(onEntry: (key: string, keyOffset: number) => void): void {
    const keys = new Set<string>();
    this.#open(OPEN_BRACE);
    if (!this.#accept(CLOSE_BRACE)) {
      do {
        const keyOffset = this.offset;
        const key = this.readString();
        if (keys.has(key)) {
          throw new StrictJsonError(
            'duplicate-key',
            keyOffset,
            `the key ${shown(key)} occurs twice`,
          );
        }
        keys.add(key);
        this.#expect(COLON);
        onEntry(key, keyOffset);
      } while (this.#accept(COMMA));
      this.#expect(CLOSE_BRACE);
    }
    this.#depth--;
  }

  /** Reads an array; `onItem` must read each item. */
  readArray(onItem: () => void): void {
    this.#open(OPEN_BRACKET);
    if (!this.#accept(CLOSE_BRACKET)) {
      do {
        onItem();
      } while (this.#accept(COMMA));
      this.#expect(CLOSE_BRACKET);
    }
    this.#depth--;
  }

  /** Reads a string. Lone surrogates and raw control characters are refused. */
  readString(): string {
    if (this.#bytes[this.offset] !== QUOTE) throw this.#syntax('a string');
    let runStart = ++this.#position;
    let text = '';
    for (;;) {
      const byte = this.#bytes[this.#position];
      if (byte === QUOTE || byte === BACKSLASH) {
        text += this.#decoder.decode(this.#bytes.subarray(runStart, this.#position));
        this.#position++;
        if (byte === QUOTE) return text;
        text += this.#readEscape();
        runStart = this.#position;
      } else if (byte === undefined || byte < 0x20) {
        throw this.#syntax('a closing quote, with control characters escaped');
      } else {
        this.#position++;
      }
    }
  }

  /** Reads a number and returns its token, exactly as written. */
  readNumberToken(): string {
    const start = this.offset;
    if (this.#bytes[this.#position] === MINUS) this.#position++;
    if (this.#bytes[this.#position] === ZERO) this.#position++;
    else this.#readDigits();
    if (isDigit(this.#bytes[this.#position])) throw this.#syntax('a number without leading zeros');
    if (this.#bytes[this.#position] === 0x2e) {
      this.#position++;
      this.#readDigits();
    }
    const exponent = this.#bytes[this.#position];
    if (exponent === 0x65 || exponent === 0x45) {
      this.#position++;
      const sign = this.#bytes[this.#position];
      if (sign === 0x2b || sign === MINUS) this.#position++;
      this.#readDigits();
    }
    const token = this.#decoder.decode(this.#bytes.subarray(start, this.#position));
    if (!Number.isFinite(Number(token))) {
      throw new StrictJsonError('syntax', start, `the number ${shown(token)} is out of range`);
    }
    return token;
  }

  /** Reads `true`, `false` or `null`. */
  readLiteral(): boolean | null {
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (this.#startsWith(word)) {
        this.#position += word.length;
        return value;
      }
    }
    throw this.#syntax('true, false or null');
  }

  /** Reads a value of any kind, checks it and forgets it. */
  skipValue(): void {
    switch (this.peek()) {
      case 'object':
        this.readObject(() => {
          this.skipValue();
        });
        break;
      case 'array':
        this.readArray(() => {
          this.skipValue();
        });
        break;
      case 'string':
        this.readString();
        break;
      case 'number':
        this.readNumberToken();
        break;
      case 'boolean':
      case 'null':
        this.readLiteral();
        break;
    }
  }

  /** Checks that nothing but white space is left. */
  end(): void {
    if (this.offset < this.#bytes.length) throw this.#syntax('the end of the document');
  }

  #readEscape(): string {
    const letter = this.#bytes[this.#position];
    const simple = letter === undefined ? undefined : ESCAPES.get(letter);
    if (simple !== undefined) {
      this.#position++;
      return simple;
    }
    const start = this.#position - 1;
    const first = this.#readUnicodeEscape();
    if (first < 0xd800 || first > 0xdfff) return String.fromCharCode(first);
    if (first <= 0xdbff && this.#bytes[this.#position] === BACKSLASH) {
      this.#position++;
      const second = this.#readUnicodeEscape();
      if (second >= 0xdc00 && second <= 0xdfff) return String.fromCharCode(first, second);
    }
    throw new StrictJsonError('syntax', start, 'it escapes half a surrogate pair');
  }

  /** Reads `uXXXX` (the backslash is behind us) and returns the UTF-16 code unit. */
  #readUnicodeEscape(): number {
    if (this.#bytes[this.#position] !== 0x75) throw this.#syntax('one of the escapes "\\/bfnrtu');
    let unit = 0;
    for (let i = 0; i < 4; i++) {
      this.#position++;
      const digit = hexDigit(this.#bytes[this.#position]);
      if (digit < 0) throw this.#syntax('four hexadecimal digits');
      unit = unit * 16 + digit;
    }
    this.#position++;
    return unit;
  }

  #readDigits(): void {
    if (!isDigit(this.#bytes[this.#position])) throw this.#syntax('a digit');
    while (isDigit(this.#bytes[this.#position])) this.#position++;
  }

  #open(bracket: number): void {
    this.#expect(bracket);
    if (++this.#depth > MAX_NESTING) {
      const finding = `it nests more than ${MAX_NESTING} levels deep`;
      throw new StrictJsonError('syntax', this.#position - 1, finding);
    }
  }

  #accept(byte: number): boolean {
    if (this.#bytes[this.offset] !== byte) return false;
    this.#position++;
    return true;
  }

  #expect(byte: number): void {
    if (!this.#accept(byte)) throw this.#syntax(`"${String.fromCharCode(byte)}"`);
  }

  #startsWith(word: string): boolean {
    for (let i = 0; i < word.length; i++) {
      if (this.#bytes[this.#position + i] !== word.charCodeAt(i)) return false;
    }
    return true;
  }

  #skipWhiteSpace(): void {
    for (;;) {
      const byte = this.#bytes[this.#position];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      this.#position++;
    }
  }

  #syntax(expected: string): StrictJsonError {
    const byte = this.#bytes[this.#position];
    const found = byte === undefined ? 'it ends' : `it has the byte ${hex(byte)}`;
    return new StrictJsonError('syntax', this.#position, `${found} where ${expected} should be`);
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= ZERO && byte <= NINE) return byte - ZERO;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : -1;
}

function hex(byte: number | undefined): string {
  return `0x${(byte ?? 0).toString(16).padStart(2, '0')}`;
}

function shown(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}
