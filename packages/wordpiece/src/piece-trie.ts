// A trie of UTF-16 units in typed arrays: the longest known piece at a position in one walk, without
// making substrings. Children are found through one open-addressing table for all nodes.

/** Slots are [parent, unit, child, id of the piece that ends at the child]: one cache line each. */
const STRIDE = 4;
const CHILD = 2;
const ID = 3;
const FREE = -1;
const ROOT = 0;

/** Maps pieces to ids. Built once, then only read. */
export class PieceTrie {
  /** Id of the piece that the last successful longestMatch found. */
  longestId: number = FREE;
  #slots: Int32Array;
  #mask: number;
  #nodes = 1;

  /** @param expectedUnits about how many units all pieces together hold; the trie grows as needed */
  constructor(expectedUnits = 16) {
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(16, expectedUnits)));
    this.#slots = new Int32Array(capacity * STRIDE).fill(FREE);
    this.#mask = capacity - 1;
  }

  /** @param piece not empty */
  add(piece: string, id: number): void {
    let node = ROOT;
    for (let i = 0; i < piece.length; i++) {
      const at = this.#slotOrNew(node, piece.charCodeAt(i));
      node = this.#slots[at + CHILD] ?? ROOT;
      if (i === piece.length - 1) this.#slots[at + ID] = id;
    }
  }

  /**
   * The longest piece at `from`: returns where it ends, or -1 when none begins there. Its id is then at
   * `longestId`. Looks at no unit twice and at none past the longest piece's length.
   */
  longestMatch(units: Uint16Array, from: number, to: number): number {
    const slots = this.#slots;
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
      node = slots[slot * STRIDE + CHILD] ?? ROOT;
      const id = slots[slot * STRIDE + ID] ?? FREE;
      if (id !== FREE) {
        end = i + 1;
        this.longestId = id;
      }
    }
    return end;
  }

  /** Where the slot of a child begins, made if there is none. */
  #slotOrNew(parent: number, unit: number): number {
    const at = this.#find(parent, unit);
    if (this.#slots[at] !== FREE) return at;
    this.#slots.set([parent, unit, this.#nodes++, FREE], at);
    if (this.#nodes * 2 <= this.#mask) return at;
    this.#grow();
    return this.#find(parent, unit);
  }

  #find(parent: number, unit: number): number {
    let slot = hash(parent, unit) & this.#mask;
    for (;;) {
      const at = this.#slots[slot * STRIDE];
      if (at === FREE || (at === parent && this.#slots[slot * STRIDE + 1] === unit)) {
        return slot * STRIDE;
      }
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
      this.#slots.set(old.subarray(at, at + STRIDE), this.#find(parent, unit));
    }
  }
}

function hash(node: number, unit: number): number {
  const mixed = Math.imul(node, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
