// A value in a JSON document together with its place in it, so that whatever is wrong can be named.
import { TokenizerFileError } from './errors.ts';

export class JsonValue {
  readonly value: unknown;
  readonly file: string;
  /** Such as `model.vocab`; '' for the document. */
  readonly path: string;

  private constructor(value: unknown, file: string, path: string) {
    this.value = value;
    this.file = file;
    this.path = path;
  }

  /** @throws TokenizerFileError when `text` is not one JSON document */
  static parse(text: string, file: string): JsonValue {
    try {
      return new JsonValue(JSON.parse(text) as unknown, file, '');
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : String(cause);
      throw new TokenizerFileError(file, '', `not valid JSON: ${detail}`, { cause });
    }
  }

  /** A document that was parsed already. */
  static of(value: unknown, file: string): JsonValue {
    return new JsonValue(value, file, '');
  }

  fail(problem: string): never {
    throw new TokenizerFileError(this.file, this.path, problem);
  }

  /** Whether the value is absent or null. */
  get isMissing(): boolean {
    return this.value === undefined || this.value === null;
  }

  /** A member of an object; a member that is not there is `isMissing`. Only own members count. */
  get(name: string): JsonValue {
    const object = this.#object();
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    return new JsonValue(value, this.file, this.path === '' ? name : `${this.path}.${name}`);
  }

  entries(): [name: string, value: JsonValue][] {
    return Object.keys(this.#object()).map((name) => [name, this.get(name)]);
  }

  items(): JsonValue[] {
    if (!Array.isArray(this.value)) return this.fail(`expected an array, found ${this.#kind()}.`);
    return this.value.map(
      (item: unknown, index) => new JsonValue(item, this.file, `${this.path}[${index}]`),
    );
  }

  string(): string {
    if (typeof this.value !== 'string') {
      return this.fail(`expected a string, found ${this.#kind()}.`);
    }
    return this.value;
  }

  boolean(): boolean {
    if (typeof this.value !== 'boolean') {
      return this.fail(`expected true or false, found ${this.#kind()}.`);
    }
    return this.value;
  }

  /** An integer of at least 0. */
  count(): number {
    const { value } = this;
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
      return this.fail(`expected an integer of at least 0, found ${this.#kind()}.`);
    }
    return value;
  }

  /** `read()` of the value, or `otherwise` where it is absent or null. */
  or<T>(otherwise: T, read: (value: JsonValue) => T): T {
    return this.isMissing ? otherwise : read(this);
  }

  #object(): Record<string, unknown> {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value)) {
      return this.fail(`expected an object, found ${this.#kind()}.`);
    }
    return this.value as Record<string, unknown>;
  }

  #kind(): string {
    const { value } = this;
    if (value === undefined) return 'nothing';
    if (Array.isArray(value)) return 'an array';
    if (value !== null && typeof value === 'object') return 'an object';
    return JSON.stringify(value).slice(0, 80);
  }
}
