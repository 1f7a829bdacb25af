// A set of 128-bit digests in one typed array, 32 bytes an element at most: exact duplicates among many
// million documents are found without an object for each.

const WORDS = 4;

/** Digests seen so far, in open addressing with linear probing. An all-zero digest is taken as its neighbour. */
export class DigestSet {
  private slots = new Uint32Array(WORDS * 1024);
  private count = 0;

  /** How many different digests were added. */
  get size(): number {
    return this.count;
  }

  /** Adds the first 16 bytes of a digest. @returns true when they were not there yet */
  add(digest: Buffer): boolean {
    if (2 * WORDS * (this.count + 1) > this.slots.length) this.grow();
    const word = (i: number): number => digest.readUInt32LE(4 * i);
    const added = insert(this.slots, word(0), word(1), word(2), word(3) | 1);
    if (added) this.count++;
    return added;
  }

  private grow(): void {
    const larger = new Uint32Array(2 * this.slots.length);
    const { slots } = this;
    for (let at = 0; at < slots.length; at += WORDS) {
      const last = slots[at + 3] ?? 0;
      if (last !== 0) insert(larger, slots[at] ?? 0, slots[at + 1] ?? 0, slots[at + 2] ?? 0, last);
    }
    this.slots = larger;
  }
}

/** An empty slot has a last word of 0; digests have an odd one. */
function insert(slots: Uint32Array, a: number, b: number, c: number, last: number): boolean {
  const size = slots.length / WORDS;
  const d = last >>> 0;
  let slot = a % size;
  for (;;) {
    const at = slot * WORDS;
    if (slots[at + 3] === 0) {
      slots[at] = a;
      slots[at + 1] = b;
      slots[at + 2] = c;
      slots[at + 3] = d;
      return true;
    }
    if (slots[at] === a && slots[at + 1] === b && slots[at + 2] === c && slots[at + 3] === d)
      return false;
    slot = (slot + 1) % size;
  }
}
