// A trie of UTF-16 units in typed arrays: the longest known piece at a position in one walk, without
// making substrings. Children are found through one open-addressing table for all nodes.

/** Slots are [parent, unit, child]; parent is -1 where the slot is free. */
const STRIDE = 3;
const FREE = -1;
const ROOT = 0;

/** Maps pieces to ids. Built once, then only read. */
export class PieceTrie {
  #slots: Int32Array;
  #mask: number;
  #ids: Int32Array;
  #nodes = 1;

  /** @param expectedUnits about how many units all pieces together hold; the trie grows as needed */
  constructor(expectedUnits = 1024) {
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(16, expectedUnits)));
    this.#slots = new Int32Array(capacity * STRIDE).fill(FREE);
    this.#mask = capacity - 1;
    this.#ids = new Int32Array(capacity).fill(FREE);
  }

  /** @param piece not empty */
  add(piece: string, id: number): void {
    let node = ROOT;
    for (let i = 0; i < piece.length; i++) node = this.#childOrNew(node, piece.charCodeAt(i));
    this.#ids[node] = id;
  }

  /**
   * The longest piece at `from`: returns where it ends, or -1 when none begins there. Its id is then at
   * `longestId`. Looks at no unit twice and at none past the longest piece's length.
   */
  longestMatch(units: Uint16Array, from: number, to: number): number {
    const slots = this.#slots;
    const ids = this.#ids;
    const mask = this.#mask;
    let node = ROOT;
    let end = -1;
    for (let i = from; i < to; i++) {
      const unit = units[i] ?? 0;
      let slot = hash(node, unit) & mask;
      for (;;) {
        const parent = slots[slot * STRIDE];
        if (parent === FREE) return end;
        if (parent === node && slots[slot * STRIDE + 1] === unit) break;
        slot = (slot + 1) & mask;
      }
      node = slots[slot * STRIDE + 2] ?? 0;
      const id = ids[node] ?? FREE;
      if (id !== FREE) {
        end = i + 1;
        this.longestId = id;
      }
    }
    return end;
  }

  /** Id of the piece that the last successful longestMatch found. */
  longestId: number = FREE;

  #childOrNew(parent: number, unit: number): number {
    const slot = this.#find(parent, unit);
    if (this.#slots[slot * STRIDE] !== FREE) return this.#slots[slot * STRIDE + 2] ?? 0;
    const child = this.#nodes++;
    this.#slots.set([parent, unit, child], slot * STRIDE);
    if (this.#nodes * 2 > this.#mask) this.#grow();
    return child;
  }

  #find(parent: number, unit: number): number {
    let slot = hash(parent, unit) & this.#mask;
    for (;;) {
      const at = this.#slots[slot * STRIDE];
      if (at === FREE || (at === parent && this.#slots[slot * STRIDE + 1] === unit)) return slot;
      slot = (slot + 1) & this.#mask;
    }
  }

  #grow(): void {
    const old = this.#slots;
    const capacity = (this.#mask + 1) * 2;
    this.#slots = new Int32Array(capacity * STRIDE).fill(FREE);
    this.#mask = capacity - 1;
    for (let at = 0; at < old.length; at += STRIDE) {
      const [parent = FREE, unit = 0] = old.subarray(at, at + 2);
      if (parent === FREE) continue;
      this.#slots.set(old.subarray(at, at + STRIDE), this.#find(parent, unit) * STRIDE);
    }
    const ids = new Int32Array(capacity).fill(FREE);
    ids.set(this.#ids);
    this.#ids = ids;
  }
}

function hash(node: number, unit: number): number {
  const mixed = Math.imul(node, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
