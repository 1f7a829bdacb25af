// @malmoi/backend-native: a TensorFlow.js backend in C++ for training BERT on a CPU.
export { NativeBackendError } from './errors.ts';
export type { NativeBackendOptions, Precision } from './options.ts';
export { NativeBackend } from './native-backend.ts';
export type { NativeMemory } from './native-backend.ts';
export { nativeBackend, NATIVE_BACKEND, registerNativeBackend } from './register-native-backend.ts';
