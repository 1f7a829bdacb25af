// Memory of tensors, used again. TensorFlow.js disposes tensors deterministically (tidy), so a training loop asks
// for the same sizes in every step; fresh ArrayBuffers would be cleared and paged in by the system each time.
// A buffer that anybody else may still hold (a user who read the tensor's data) is never used again.

/** Typed arrays that tensors are stored in. */
export type PooledArray = Float32Array | Int32Array | Uint8Array;

/** Figures of a pool, in bytes. */
export interface BufferPoolMemory {
  /** In tensors. */
  readonly used: number;
  /** Kept for the next tensors. */
  readonly free: number;
}

interface Block {
  readonly buffer: ArrayBuffer;
  /** First aligned byte. */
  readonly offset: number;
  /** Bytes from there that may be used. */
  readonly capacity: number;
  /** Bytes in use. */
  size: number;
  /** True where the pattern stands after them. */
  guarded: boolean;
}

/** Options of BufferPool. */
export interface BufferPoolOptions {
  /** Free bytes kept at most; what is beyond is left to the garbage collector. Default 2 GiB. */
  readonly maxFreeBytes?: number;
  /** Writes a pattern after each buffer and checks it on release. Default false. */
  readonly guard?: boolean;
}

const ALIGNMENT = 64;
const GUARD_BYTES = 64;
const GUARD_VALUE = 0xa5;
const DEFAULT_MAX_FREE_BYTES = 2 ** 31;

/** Buffers aligned to 64 bytes, by size class. */
export class BufferPool {
  readonly #align: (buffer: ArrayBuffer) => number;
  #maxFreeBytes = DEFAULT_MAX_FREE_BYTES;
  #guard = false;
  readonly #free = new Map<number, Block[]>();
  readonly #live = new Map<ArrayBufferLike, Block>();
  #usedBytes = 0;
  #freeBytes = 0;

  /** @param align offset of the first byte of a buffer whose address is a multiple of 64. */
  constructor(align: (buffer: ArrayBuffer) => number, options: BufferPoolOptions = {}) {
    this.#align = align;
    this.configure(options);
  }

  /** Changes the options for memory that is asked for or given back from now on. */
  configure({ maxFreeBytes = DEFAULT_MAX_FREE_BYTES, guard = false }: BufferPoolOptions): void {
    this.#maxFreeBytes = maxFreeBytes;
    this.#guard = guard;
  }

  /** Memory for `length` elements; its contents are arbitrary. */
  float32(length: number): Float32Array {
    const { buffer, offset } = this.#acquire(length * 4);
    return new Float32Array(buffer, offset, length);
  }

  int32(length: number): Int32Array {
    const { buffer, offset } = this.#acquire(length * 4);
    return new Int32Array(buffer, offset, length);
  }

  uint8(length: number): Uint8Array {
    const { buffer, offset } = this.#acquire(length);
    return new Uint8Array(buffer, offset, length);
  }

  /** True for memory of this pool that nobody but its tensor holds. */
  owns(values: unknown): boolean {
    return ArrayBuffer.isView(values) && this.#live.has(values.buffer);
  }

  /** Takes back the memory of a tensor that was disposed; anything else is left alone. */
  release(values: unknown): void {
    if (!ArrayBuffer.isView(values)) return;
    const block = this.#live.get(values.buffer);
    if (block === undefined) return;
    this.#live.delete(values.buffer);
    this.#usedBytes -= block.capacity;
    if (block.guarded) checkGuard(block);
    if (this.#freeBytes + block.capacity > this.#maxFreeBytes) return;
    this.#freeBytes += block.capacity;
    const blocks = this.#free.get(block.capacity);
    if (blocks) blocks.push(block);
    else this.#free.set(block.capacity, [block]);
  }

  /** Leaves memory to whoever else holds it: it will not be used again. */
  giveAway(values: unknown): void {
    if (!ArrayBuffer.isView(values)) return;
    const block = this.#live.get(values.buffer);
    if (block === undefined) return;
    this.#live.delete(values.buffer);
    this.#usedBytes -= block.capacity;
  }

  /** Lets go of the free memory. */
  clear(): void {
    this.#free.clear();
    this.#freeBytes = 0;
  }

  memory(): BufferPoolMemory {
    return { used: this.#usedBytes, free: this.#freeBytes };
  }

  #acquire(bytes: number): Block {
    const capacity = sizeClass(bytes + (this.#guard ? GUARD_BYTES : 0));
    const block = this.#takeFree(capacity) ?? this.#allocate(capacity);
    this.#usedBytes += capacity;
    block.size = bytes;
    block.guarded = this.#guard;
    if (block.guarded) guardBytes(block).fill(GUARD_VALUE);
    this.#live.set(block.buffer, block);
    return block;
  }

  #takeFree(capacity: number): Block | undefined {
    const block = this.#free.get(capacity)?.pop();
    if (block) this.#freeBytes -= capacity;
    return block;
  }

  #allocate(capacity: number): Block {
    const buffer = new ArrayBuffer(capacity + ALIGNMENT);
    return { buffer, offset: this.#align(buffer), capacity, size: 0, guarded: false };
  }
}

/** Bytes rounded up to one of four steps for each power of two: at most a quarter is wasted. */
function sizeClass(bytes: number): number {
  if (bytes <= 256) return Math.max(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);
  const step = 2 ** (Math.floor(Math.log2(bytes - 1)) - 2);
  return Math.ceil(bytes / step) * step;
}

function guardBytes({ buffer, offset, size }: Block): Uint8Array {
  return new Uint8Array(buffer, offset + size, GUARD_BYTES);
}

function checkGuard(block: Block): void {
  if (guardBytes(block).some((byte) => byte !== GUARD_VALUE)) {
    throw new Error(
      `A kernel of the native backend wrote beyond a buffer of ${block.size} bytes. Please report this.`,
    );
  }
}
