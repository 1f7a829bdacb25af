// Reads the arguments of a call from JavaScript one after the other and checks each: a kernel gets pointers, and
// nothing after this looks at lengths again. Errors name the function, the argument and what was expected.
#pragma once

#include <napi.h>

#include <cstdint>
#include <string>
#include <vector>

namespace malmoi {

/** A Float32Array. */
struct FloatSpan {
  float* data;
  int64_t size;
};

/** An Int32Array. */
struct IntSpan {
  int32_t* data;
  int64_t size;
};

/** A typed array of one of the types that tensors are stored in. */
struct ArrayElements {
  napi_typedarray_type type;
  /** Of one element: 1 or 4. */
  int64_t bytes;
  void* data;
};

class Arguments {
 public:
  Arguments(const Napi::CallbackInfo& info, const char* function) : info_(info), function_(function) {}

  /** A Float32Array of exactly `size` elements. */
  float* floats(const char* name, int64_t size) {
    return static_cast<float*>(typedArray(name, napi_float32_array, "Float32Array", size));
  }
  /** The same, or null for null and undefined. */
  float* optionalFloats(const char* name, int64_t size) { return nextIsNull() ? nullptr : floats(name, size); }

  int32_t* ints(const char* name, int64_t size) {
    return static_cast<int32_t*>(typedArray(name, napi_int32_array, "Int32Array", size));
  }
  int32_t* optionalInts(const char* name, int64_t size) { return nextIsNull() ? nullptr : ints(name, size); }

  /** A list of Float32Arrays of any sizes. */
  std::vector<FloatSpan> floatArrays(const char* name);
  /** A list of Float32Arrays of exactly `size` elements each. */
  std::vector<const float*> floatArrays(const char* name, int64_t size);
  /** A list of Int32Arrays of any sizes. */
  std::vector<IntSpan> intArrays(const char* name);

  uint8_t* bytes(const char* name, int64_t size) {
    return static_cast<uint8_t*>(typedArray(name, napi_uint8_array, "Uint8Array", size));
  }
  uint8_t* optionalBytes(const char* name, int64_t size) { return nextIsNull() ? nullptr : bytes(name, size); }

  /** A Float32Array, an Int32Array or a Uint8Array of exactly `size` elements. */
  ArrayElements elements(const char* name, int64_t size);
  /** A Float32Array or an Int32Array of exactly `size` elements. */
  void* words(const char* name, int64_t size);

  /** An integer from `least` to `most`. */
  int64_t integer(const char* name, int64_t least = 0, int64_t most = int64_t{1} << 52);
  double number(const char* name);
  bool boolean(const char* name);
  std::string string(const char* name);
  /** A list of integers, such as a shape. */
  std::vector<int64_t> integers(const char* name, int64_t least = 0);
  /** A list of any numbers; empty for null and undefined. */
  std::vector<double> numbers(const char* name);

  /** Throws a NativeKernelError: `problem` completes "function: argument name ...". */
  [[noreturn]] void fail(const char* name, const std::string& problem) const;

  Napi::Env env() const { return info_.Env(); }

 private:
  Napi::Value next() { return position_ < info_.Length() ? info_[position_++] : info_.Env().Undefined(); }
  bool nextIsNull();
  void* typedArray(const char* name, napi_typedarray_type type, const char* typeName, int64_t size);
  template <typename Span>
  std::vector<Span> typedArrays(const char* name, napi_typedarray_type type, const char* typeName);

  const Napi::CallbackInfo& info_;
  const char* function_;
  size_t position_ = 0;
};

/** An error whose name is NativeKernelError. */
Napi::Error kernelError(Napi::Env env, const std::string& message);

/** Multiplies sizes; throws NativeKernelError where the product exceeds 2^52. */
int64_t sizeOf(const Arguments& arguments, const char* name, std::initializer_list<int64_t> axes);

}  // namespace malmoi
