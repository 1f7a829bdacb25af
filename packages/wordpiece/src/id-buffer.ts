// A list of ids that grows in place, so that encoding a corpus makes no object for each line.

export class IdBuffer {
  /** The storage; only the first `length` entries are valid. Replaced when it grows. */
  data: Int32Array<ArrayBuffer>;
  length = 0;

  /** @param capacity ids to make room for at first */
  constructor(capacity = 1024) {
    this.data = new Int32Array(Math.max(1, capacity));
  }

  push(id: number): void {
    this.reserve(1);
    this.data[this.length++] = id;
  }

  /** Makes room for `count` more ids. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.data.length) return;
    const grown = new Int32Array(Math.max(needed, this.data.length * 2));
    grown.set(this.data.subarray(0, this.length));
    this.data = grown;
  }

  /** The ids so far, without a copy: valid until the buffer grows or is cleared. */
  view(): Int32Array<ArrayBuffer> {
    return this.data.subarray(0, this.length);
  }

  /** The ids so far, copied. */
  toArray(): Int32Array<ArrayBuffer> {
    return this.data.slice(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }
}
