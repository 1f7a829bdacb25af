// Follows the frames and blocks of zstd data (RFC 8878) without decompressing them. Node.js's decompressor
// stops after the first of several frames and takes a frame that is cut for complete; with this its caller
// gives it one frame at a time and knows where the data may end.

const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const RLE_BLOCK = 1;
const CHECKSUM_BYTES = 4;

type Part = 'magic' | 'skippable-size' | 'descriptor' | 'block-header';

/** Reads compressed bytes in chunks and finds where frames end. */
export class ZstdFrames {
  /** What the next gathered bytes are. */
  private part: Part = 'magic';
  private gathered: number[] = [];
  private needed = 4;
  /** Bytes to pass over before gathering. */
  private skip = 0;
  private hasChecksum = false;
  private isForeign = false;

  /** Follows bytes to the end of the frame, at most of the chunk; returns how many that are. */
  take(chunk: Uint8Array): number {
    let at = 0;
    while (at < chunk.length) {
      if (this.isForeign) return chunk.length;
      const skipped = Math.min(this.skip, chunk.length - at);
      this.skip -= skipped;
      at += skipped;
      if (skipped === 0) {
        this.gathered.push(chunk[at++] ?? 0);
        if (this.gathered.length === this.needed) this.finishPart();
      }
      if (this.isBetweenFrames) break;
    }
    return at;
  }

  /** The bytes so far are whole frames. */
  get isBetweenFrames(): boolean {
    return this.part === 'magic' && this.gathered.length === 0 && this.skip === 0;
  }

  /** The data may end here: between frames, or it is no zstd at all, which the decompressor rejects. */
  get isComplete(): boolean {
    return this.isForeign || this.isBetweenFrames;
  }

  private finishPart(): void {
    const value = this.gathered.reduceRight((sum, byte) => sum * 256 + byte, 0);
    switch (this.part) {
      case 'magic':
        if (value === FRAME_MAGIC) this.expect('descriptor', 1);
        else if (value >= SKIPPABLE_MAGIC && value <= SKIPPABLE_MAGIC + 15)
          this.expect('skippable-size', 4);
        else this.isForeign = true;
        break;
      case 'skippable-size':
        this.expect('magic', 4, value);
        break;
      case 'descriptor':
        this.hasChecksum = (value & 4) !== 0;
        this.expect('block-header', 3, headerRest(value));
        break;
      case 'block-header':
        this.finishBlockHeader(value);
        break;
    }
  }

  private finishBlockHeader(value: number): void {
    const isLast = (value & 1) === 1;
    const size = ((value >> 1) & 3) === RLE_BLOCK ? 1 : value >> 3;
    if (!isLast) this.expect('block-header', 3, size);
    else this.expect('magic', 4, size + (this.hasChecksum ? CHECKSUM_BYTES : 0));
  }

  private expect(part: Part, needed: number, skip = 0): void {
    this.part = part;
    this.needed = needed;
    this.skip = skip;
    this.gathered = [];
  }
}

/** Bytes of the frame header after its descriptor: window, dictionary and content size. */
function headerRest(descriptor: number): number {
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeFlag = descriptor >> 6;
  const contentSize = sizeFlag === 0 ? Number(isSingleSegment) : 1 << sizeFlag;
  return (isSingleSegment ? 0 : 1) + dictionary + contentSize;
}
