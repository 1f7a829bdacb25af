// The backend object: tfjs's CPU backend, whose tensors are typed arrays, with memory from a pool.
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';

import type { NativeAddon } from './addon/native-addon.ts';
import { BufferPool } from './memory/buffer-pool.ts';
import type { BufferPoolMemory, PooledArray } from './memory/buffer-pool.ts';
import type { PooledType } from './memory/pooled-type.ts';
import type { Precision } from './options.ts';

/** What `tf.memory()` adds on this backend, in bytes. */
export interface NativeMemory {
  unreliable: boolean;
  reasons: string[];
  /** Memory of tensors, and memory kept for the next ones. */
  pool: BufferPoolMemory;
  /** Working memory that the kernels hold. */
  scratchBytes: number;
}

/** Settings of a NativeBackend. */
export interface NativeBackendSettings {
  readonly precision: Precision;
  readonly maxFreeBytes: number;
  readonly guard: boolean;
}

/** The TensorFlow.js backend `native`. */
export class NativeBackend extends MathBackendCPU {
  readonly addon: NativeAddon;
  #precision: Precision;
  readonly #pool: BufferPool;
  /** What the kernel that is running has made so far. */
  readonly #made: object[] = [];

  constructor(addon: NativeAddon, settings: NativeBackendSettings) {
    super();
    // Not the slow backend that would have itself replaced by tfjs-node on its first use.
    Object.assign(this, { firstUse: false });
    this.addon = addon;
    this.#precision = settings.precision;
    this.#pool = new BufferPool((buffer) => addon.alignBuffer(buffer), settings);
  }

  /** What matrix products compute in. */
  get precision(): Precision {
    return this.#precision;
  }

  /** Changes the settings for the kernels that run from now on. */
  configure(settings: NativeBackendSettings): void {
    this.#precision = settings.precision;
    this.#pool.configure(settings);
  }

  /** What the kernels take for `precision`. */
  get precisionCode(): number {
    return this.#precision === 'bfloat16' ? 1 : 0;
  }

  /** The values of a float32 tensor, not copied. */
  floats(tensor: TensorInfo): Float32Array {
    const { values } = this.data.get(tensor.dataId);
    // The CPU backend's kernels store some float32 tensors, such as the real part of a cast, in other arrays.
    return values instanceof Float32Array ? values : Float32Array.from(values as PooledArray);
  }

  /** The values of an int32 tensor, not copied. */
  ints(tensor: TensorInfo): Int32Array {
    const { values } = this.data.get(tensor.dataId);
    return values instanceof Int32Array ? values : Int32Array.from(values as PooledArray);
  }

  /** The values of a bool tensor, not copied. */
  bytes(tensor: TensorInfo): Uint8Array {
    const { values } = this.data.get(tensor.dataId);
    return values instanceof Uint8Array ? values : Uint8Array.from(values as PooledArray);
  }

  /** The values of a tensor of one of the dtypes that kernels compute with, not copied. */
  values(tensor: TensorInfo): PooledArray {
    if (tensor.dtype === 'float32') return this.floats(tensor);
    return tensor.dtype === 'int32' ? this.ints(tensor) : this.bytes(tensor);
  }

  /** A float32 tensor whose contents are still to be written. */
  emptyFloats(shape: readonly number[]): TensorInfo {
    return this.emptyTensor(shape, 'float32');
  }

  /** A tensor whose contents are still to be written. */
  emptyTensor(shape: readonly number[], dtype: PooledType): TensorInfo {
    const size = util.sizeFromShape([...shape]);
    const values =
      dtype === 'float32'
        ? this.#pool.float32(size)
        : dtype === 'int32'
          ? this.#pool.int32(size)
          : this.#pool.uint8(size);
    const tensor = this.makeTensorInfo([...shape], dtype, values);
    this.#made.push(tensor.dataId);
    return tensor;
  }

  /** The tensor once more; it counts as a reference of its own to the memory. */
  sameMemory({ dataId, shape, dtype }: TensorInfo): TensorInfo {
    this.incRef(dataId);
    return { dataId, shape, dtype };
  }

  /** Frees what a kernel has made and does not return. */
  discard(...tensors: readonly TensorInfo[]): void {
    for (const { dataId } of tensors) this.disposeData(dataId);
  }

  /** Runs a kernel of ours. Should it throw, the tensors that it has made are disposed. */
  runKernel<Result>(kernel: () => Result): Result {
    try {
      return kernel();
    } catch (error) {
      for (const dataId of this.#made) this.disposeData(dataId, true);
      throw error;
    } finally {
      this.#made.length = 0;
    }
  }

  /**
   * The values of a float32 tensor for a kernel that writes to them. Where a user may hold them (the array the
   * tensor was made from, or one that was read from it), the tensor first gets a copy of its own.
   */
  writableFloats({ dataId }: TensorInfo): Float32Array {
    const data = this.data.get(dataId);
    const values = data.values as Float32Array;
    if (this.#pool.owns(values)) return values;
    const own = this.#pool.float32(values.length);
    own.set(values);
    data.values = own;
    return own;
  }

  /** Leaves a tensor's memory to others who may hold it, such as a tensor that a CPU kernel made of a part of it. */
  share({ dataId }: TensorInfo): void {
    if (this.data.has(dataId)) this.#pool.giveAway(this.data.get(dataId).values);
  }

  override readSync(dataId: object): ReturnType<MathBackendCPU['readSync']> {
    const data = this.data.get(dataId);
    // The caller gets the array itself, as from every CPU backend, and may keep it.
    this.#pool.giveAway(data.values);
    return super.readSync(dataId);
  }

  override disposeData(dataId: object, force = false): boolean {
    const values = this.data.has(dataId) ? this.data.get(dataId).values : undefined;
    const disposed = super.disposeData(dataId, force);
    if (disposed) this.#pool.release(values);
    return disposed;
  }

  override memory(): NativeMemory {
    return {
      unreliable: true,
      reasons: ['Memory that users read from tensors is left to the garbage collector.'],
      pool: this.#pool.memory(),
      scratchBytes: this.addon.heldScratch(),
    };
  }

  override dispose(): void {
    this.#pool.clear();
  }
}
