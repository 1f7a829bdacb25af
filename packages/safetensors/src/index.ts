// @malmoi/safetensors: the file format, for browsers and Node.js. Files on disk are in ./node.

export { openSafetensorsBlob } from './blob-source.ts';
export { openSafetensors } from './buffer-reader.ts';
export type { OpenSafetensorsOptions, SyncSafetensorsReader } from './buffer-reader.ts';
export { DTYPES, dtypeBits, isDtype } from './dtype.ts';
export type { Dtype, DtypeArrays, TensorArray } from './dtype.ts';
export {
  HEADER_RULES,
  HttpRangeError,
  ReaderClosedError,
  SafetensorsError,
  SafetensorsHeaderError,
  SafetensorsIndexError,
  SafetensorsReadError,
  SafetensorsWriteError,
  TensorAccessError,
  TensorNotFoundError,
  UnsupportedHostError,
} from './errors.ts';
export type { HeaderRule, IndexErrorCode, WriteErrorCode } from './errors.ts';
export {
  FLOAT_DTYPES,
  decodeBfloat16,
  decodeFloat16,
  encodeBfloat16,
  encodeFloat16,
  isFloatDtype,
  toFloat32,
} from './float-conversion.ts';
export type { FloatDtype } from './float-conversion.ts';
export { MAX_HEADER_LENGTH, parseHeader } from './header.ts';
export type { ParseHeaderOptions, SafetensorsHeader, TensorInfo } from './header.ts';
export { openSafetensorsUrl } from './http-source.ts';
export type { OpenSafetensorsUrlOptions } from './http-source.ts';
export { openByteSource } from './reader.ts';
export type { ByteSource, SafetensorsReader } from './reader.ts';
export { parseShardIndex, serializeShardIndex } from './shard-index.ts';
export type { JsonScalar, ShardIndex } from './shard-index.ts';
export { DEFAULT_MAX_SHARD_SIZE, parseShardSize, planShards } from './shard-plan.ts';
export type { PlannedShard } from './shard-plan.ts';
export { openShardedSafetensors } from './sharded-reader.ts';
export { TensorView } from './tensor-view.ts';
export { serializeSafetensors, streamSafetensors } from './writer.ts';
export type {
  ProducedData,
  TensorData,
  TensorToWrite,
  TensorsToWrite,
  WriteOptions,
} from './writer.ts';
