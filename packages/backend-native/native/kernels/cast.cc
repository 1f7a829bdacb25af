// Conversions between float32, int32 and bool, as JavaScript's typed arrays convert.
#include "kernels/element_tasks.h"
#include "kernels/kernel_sets.h"
#include "kernels/layout.h"

namespace malmoi {
namespace MALMOI_ISA {
namespace {

template <typename From, typename To, typename Function>
MALMOI_INLINE void convert(int64_t count, const From* from, To* to, const Function& function) {
  forEachRange(count, [&](int64_t begin, int64_t end) {
    const From* __restrict source = from;
    To* __restrict target = to;
    for (int64_t i = begin; i < end; i++) target[i] = function(source[i]);
  });
}

/** Towards zero, modulo 2^32; 0 for NaN and for what is so large that it has no bits below 2^32. */
MALMOI_INLINE int32_t wrappedInt(float value) {
  const bool representable = value > -9223372036854775808.0f && value < 9223372036854775808.0f;
  return static_cast<int32_t>(representable ? static_cast<int64_t>(value) : 0);
}

void floatsToInts(int64_t count, const float* from, int32_t* to) {
  convert(count, from, to, [](float v) { return wrappedInt(v); });
}

void intsToFloats(int64_t count, const int32_t* from, float* to) {
  convert(count, from, to, [](int32_t v) { return static_cast<float>(v); });
}

void floatsToBytes(int64_t count, const float* from, uint8_t* to) {
  convert(count, from, to, [](float v) -> uint8_t { return v != 0.0f; });
}

void intsToBytes(int64_t count, const int32_t* from, uint8_t* to) {
  convert(count, from, to, [](int32_t v) -> uint8_t { return v != 0; });
}

void bytesToFloats(int64_t count, const uint8_t* from, float* to) {
  convert(count, from, to, [](uint8_t v) { return static_cast<float>(v); });
}

void bytesToInts(int64_t count, const uint8_t* from, int32_t* to) {
  convert(count, from, to, [](uint8_t v) { return static_cast<int32_t>(v); });
}

}  // namespace

const LayoutKernels kLayoutKernels = {copyStrided,   gatherRows,  addToRows,     floatsToInts, intsToFloats,
                                      floatsToBytes, intsToBytes, bytesToFloats, bytesToInts};

}  // namespace MALMOI_ISA
}  // namespace malmoi
