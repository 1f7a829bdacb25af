// copyStrided(sizes, fromSteps, toSteps, fromOffset, toOffset, fromSize, toSize, from, to);
// gatherRows(outer, rows, width, count, indices, from, to); addToRows(rows, width, count, rowOf, from, to);
// cast(count, from, to)
#include "binding/axes.h"
#include "binding/kernel_functions.h"

namespace malmoi {
namespace {

void copyStrided(Arguments& arguments) {
  const Walk walk = readWalk(arguments);
  const int64_t fromOffset = arguments.integer("fromOffset");
  const int64_t toOffset = arguments.integer("toOffset");
  const int64_t fromSize = arguments.integer("fromSize");
  const int64_t toSize = arguments.integer("toSize");
  const ArrayElements from = arguments.elements("from", fromSize);
  const ArrayElements to = arguments.elements("to", toSize);
  if (from.type != to.type) arguments.fail("to", "must hold elements of the type of from");
  if (walk.toReach == 0) return;
  if (walk.fromReach > fromSize - fromOffset) arguments.fail("fromSteps", "reach beyond the end of from");
  if (walk.toReach > toSize - toOffset) arguments.fail("toSteps", "reach beyond the end of to");
  kernels().layout.copyStrided(walk.axes, from.bytes, static_cast<const char*>(from.data) + fromOffset * from.bytes,
                               static_cast<char*>(to.data) + toOffset * to.bytes);
}

void gatherRows(Arguments& arguments) {
  const int64_t outer = arguments.integer("outer");
  const int64_t rows = arguments.integer("rows");
  const int64_t width = arguments.integer("width");
  const int64_t count = arguments.integer("count");
  const int32_t* indices = arguments.ints("indices", count);
  const ArrayElements from = arguments.elements("from", sizeOf(arguments, "from", {outer, rows, width}));
  const int64_t size = sizeOf(arguments, "to", {outer, count, width});
  const ArrayElements to = arguments.elements("to", size);
  if (from.type != to.type) arguments.fail("to", "must hold elements of the type of from");
  for (int64_t i = 0; i < count; i++) {
    if (indices[i] < 0 || indices[i] >= rows) {
      arguments.fail("indices", "holds the index value " + std::to_string(indices[i]) + ", which is not in [0, " +
                                    std::to_string(rows - 1) + "]");
    }
  }
  if (size > 0) kernels().layout.gatherRows(outer, rows, width * from.bytes, count, indices, from.data, to.data);
}

void addToRows(Arguments& arguments) {
  const int64_t rows = arguments.integer("rows");
  const int64_t width = arguments.integer("width");
  const int64_t count = arguments.integer("count");
  const int32_t* rowOf = arguments.ints("rowOf", count);
  const float* from = arguments.floats("from", sizeOf(arguments, "from", {count, width}));
  const int64_t size = sizeOf(arguments, "to", {rows, width});
  float* to = arguments.floats("to", size);
  // The kernel leaves out numbers that are not of a row.
  if (size > 0) kernels().layout.addToRows(rows, width, count, rowOf, from, to);
}

/** Between float32, int32 and bool, as the arrays say. */
void cast(Arguments& arguments) {
  const int64_t count = arguments.integer("count");
  const ArrayElements from = arguments.elements("from", count);
  const ArrayElements to = arguments.elements("to", count);
  const LayoutKernels& layout = kernels().layout;
  const auto* floats = static_cast<const float*>(from.data);
  const auto* ints = static_cast<const int32_t*>(from.data);
  const auto* bytes = static_cast<const uint8_t*>(from.data);
  switch (to.type) {
    case napi_float32_array:
      if (from.type == napi_int32_array) return layout.intsToFloats(count, ints, static_cast<float*>(to.data));
      if (from.type == napi_uint8_array) return layout.bytesToFloats(count, bytes, static_cast<float*>(to.data));
      break;
    case napi_int32_array:
      if (from.type == napi_float32_array) return layout.floatsToInts(count, floats, static_cast<int32_t*>(to.data));
      if (from.type == napi_uint8_array) return layout.bytesToInts(count, bytes, static_cast<int32_t*>(to.data));
      break;
    default:
      if (from.type == napi_float32_array) return layout.floatsToBytes(count, floats, static_cast<uint8_t*>(to.data));
      if (from.type == napi_int32_array) return layout.intsToBytes(count, ints, static_cast<uint8_t*>(to.data));
      break;
  }
  arguments.fail("to", "must hold elements of another type than from");
}

}  // namespace

void exportLayoutKernels(Napi::Env env, Napi::Object exports) {
  exportKernel(env, exports, "copyStrided", copyStrided);
  exportKernel(env, exports, "gatherRows", gatherRows);
  exportKernel(env, exports, "addToRows", addToRows);
  exportKernel(env, exports, "cast", cast);
}

}  // namespace malmoi
