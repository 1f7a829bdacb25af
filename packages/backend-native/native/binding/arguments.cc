#include "binding/arguments.h"

#include <cmath>

namespace malmoi {

Napi::Error kernelError(Napi::Env env, const std::string& message) {
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("name", Napi::String::New(env, "NativeKernelError"));
  return error;
}

void Arguments::fail(const char* name, const std::string& problem) const {
  throw kernelError(info_.Env(), std::string(function_) + ": argument " + name + " " + problem + ".");
}

bool Arguments::nextIsNull() {
  if (position_ < info_.Length() && !info_[position_].IsNull() && !info_[position_].IsUndefined()) return false;
  position_++;
  return true;
}

ArrayElements Arguments::elements(const char* name, int64_t size) {
  // Only looked at here, and taken below.
  const Napi::Value value = position_ < info_.Length() ? info_[position_] : info_.Env().Undefined();
  if (value.IsTypedArray()) {
    switch (value.As<Napi::TypedArray>().TypedArrayType()) {
      case napi_float32_array:
        return {napi_float32_array, 4, floats(name, size)};
      case napi_int32_array:
        return {napi_int32_array, 4, ints(name, size)};
      case napi_uint8_array:
        return {napi_uint8_array, 1, bytes(name, size)};
      default:
        break;
    }
  }
  fail(name, "must be a Float32Array, an Int32Array or a Uint8Array");
}

void* Arguments::words(const char* name, int64_t size) {
  const ArrayElements array = elements(name, size);
  if (array.bytes != 4) fail(name, "must be a Float32Array or an Int32Array");
  return array.data;
}

void* Arguments::typedArray(const char* name, napi_typedarray_type type, const char* typeName, int64_t size) {
  const Napi::Value value = next();
  bool isTypedArray = false;
  napi_typedarray_type actual = napi_int8_array;
  size_t length = 0;
  void* data = nullptr;
  if (napi_is_typedarray(info_.Env(), value, &isTypedArray) != napi_ok || !isTypedArray ||
      napi_get_typedarray_info(info_.Env(), value, &actual, &length, &data, nullptr, nullptr) != napi_ok ||
      actual != type) {
    fail(name, std::string("must be a ") + typeName);
  }
  if (static_cast<int64_t>(length) != size) {
    fail(name, "has " + std::to_string(length) + " elements where " + std::to_string(size) + " are expected");
  }
  return data;
}

template <typename Span>
std::vector<Span> Arguments::typedArrays(const char* name, napi_typedarray_type type, const char* typeName) {
  const Napi::Value value = next();
  if (!value.IsArray()) fail(name, std::string("must be an array of ") + typeName + "s");
  const Napi::Array list = value.As<Napi::Array>();
  std::vector<Span> result(list.Length());
  for (uint32_t i = 0; i < list.Length(); i++) {
    const Napi::Value item = list[i];
    napi_typedarray_type actual = napi_int8_array;
    size_t length = 0;
    void* data = nullptr;
    if (!item.IsTypedArray() ||
        napi_get_typedarray_info(info_.Env(), item, &actual, &length, &data, nullptr, nullptr) != napi_ok ||
        actual != type) {
      fail(name, std::string("must hold ") + typeName + "s");
    }
    result[i] = {static_cast<decltype(Span::data)>(data), static_cast<int64_t>(length)};
  }
  return result;
}

std::vector<FloatSpan> Arguments::floatArrays(const char* name) {
  return typedArrays<FloatSpan>(name, napi_float32_array, "Float32Array");
}

std::vector<const float*> Arguments::floatArrays(const char* name, int64_t size) {
  std::vector<const float*> result;
  for (const FloatSpan& array : floatArrays(name)) {
    if (array.size != size) {
      fail(name, "holds an array of " + std::to_string(array.size) + " elements where " + std::to_string(size) +
                     " are expected");
    }
    result.push_back(array.data);
  }
  return result;
}

std::vector<IntSpan> Arguments::intArrays(const char* name) {
  return typedArrays<IntSpan>(name, napi_int32_array, "Int32Array");
}

int64_t Arguments::integer(const char* name, int64_t least, int64_t most) {
  const double value = number(name);
  if (!(value >= static_cast<double>(least) && value <= static_cast<double>(most)) || std::floor(value) != value) {
    fail(name, "must be an integer from " + std::to_string(least) + " to " + std::to_string(most) + ", not " +
                   std::to_string(value));
  }
  return static_cast<int64_t>(value);
}

double Arguments::number(const char* name) {
  const Napi::Value value = next();
  double result = 0;
  if (napi_get_value_double(info_.Env(), value, &result) != napi_ok) fail(name, "must be a number");
  return result;
}

bool Arguments::boolean(const char* name) {
  const Napi::Value value = next();
  bool result = false;
  if (napi_get_value_bool(info_.Env(), value, &result) != napi_ok) fail(name, "must be a boolean");
  return result;
}

std::string Arguments::string(const char* name) {
  const Napi::Value value = next();
  if (!value.IsString()) fail(name, "must be a string");
  return value.As<Napi::String>().Utf8Value();
}

std::vector<int64_t> Arguments::integers(const char* name, int64_t least) {
  const Napi::Value value = next();
  if (!value.IsArray()) fail(name, "must be an array of integers");
  const Napi::Array list = value.As<Napi::Array>();
  std::vector<int64_t> result(list.Length());
  for (uint32_t i = 0; i < list.Length(); i++) {
    double element = 0;
    const Napi::Value item = list[i];
    if (napi_get_value_double(info_.Env(), item, &element) != napi_ok || std::floor(element) != element ||
        element < static_cast<double>(least) || element > 4503599627370496.0) {
      fail(name, "must hold integers of at least " + std::to_string(least));
    }
    result[i] = static_cast<int64_t>(element);
  }
  return result;
}

std::vector<double> Arguments::numbers(const char* name) {
  const Napi::Value value = next();
  if (value.IsNull() || value.IsUndefined()) return {};
  if (!value.IsArray()) fail(name, "must be an array of numbers");
  const Napi::Array list = value.As<Napi::Array>();
  std::vector<double> result(list.Length());
  for (uint32_t i = 0; i < list.Length(); i++) {
    const Napi::Value item = list[i];
    if (napi_get_value_double(info_.Env(), item, &result[i]) != napi_ok) fail(name, "must hold numbers");
  }
  return result;
}

int64_t sizeOf(const Arguments& arguments, const char* name, std::initializer_list<int64_t> axes) {
  int64_t size = 1;
  for (const int64_t axis : axes) {
    if (axis != 0 && size > (int64_t{1} << 52) / axis) arguments.fail(name, "is too large");
    size *= axis;
  }
  return size;
}

}  // namespace malmoi
