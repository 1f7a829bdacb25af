// Arithmetic of two tensors with broadcasting, sums of several, and selection. The loops are plain: compilers
// vectorise them, and memory sets the pace.
#include "kernels/element_tasks.h"
#include "kernels/elementwise.h"

namespace malmoi {
namespace MALMOI_ISA {
namespace {

MALMOI_INLINE uint32_t wordOf(float value) {
  uint32_t word;
  std::memcpy(&word, &value, sizeof word);
  return word;
}
MALMOI_INLINE float floatOf(uint32_t word) {
  float value;
  std::memcpy(&value, &word, sizeof value);
  return value;
}

/** Math.max: NaN if either is, and 0 above -0 (equal values differ in the sign of zero at most). */
MALMOI_INLINE float largerOf(float a, float b) {
  const float ordered = a > b ? a : b;
  const float equal = floatOf(wordOf(a) & wordOf(b));
  const float number = a == b ? equal : ordered;
  return a != a ? a : number;
}
MALMOI_INLINE float smallerOf(float a, float b) {
  const float ordered = a < b ? a : b;
  const float equal = floatOf(wordOf(a) | wordOf(b));
  const float number = a == b ? equal : ordered;
  return a != a ? a : number;
}

/** What JavaScript makes of a float64 product stored in an Int32Array: rounded to float64, then modulo 2^32. */
MALMOI_INLINE int32_t product(int64_t a, int64_t b) {
  return static_cast<int32_t>(static_cast<int64_t>(static_cast<double>(a * b)));
}

/** Integer sums wrap around. */
MALMOI_INLINE int32_t wrapped(int64_t value) { return static_cast<int32_t>(value); }

}  // namespace

void binaryFloats(BinaryOp op, const BroadcastAxes& axes, const float* a, const float* b, float* out) {
  switch (op) {
    case BinaryOp::kAdd:
      return combine(axes, a, b, out, [](float x, float y) { return x + y; });
    case BinaryOp::kSubtract:
      return combine(axes, a, b, out, [](float x, float y) { return x - y; });
    case BinaryOp::kMultiply:
      return combine(axes, a, b, out, [](float x, float y) { return x * y; });
    case BinaryOp::kDivide:
      return combine(axes, a, b, out, [](float x, float y) { return x / y; });
    case BinaryOp::kMaximum:
      return combine(axes, a, b, out, [](float x, float y) { return largerOf(x, y); });
    case BinaryOp::kMinimum:
      return combine(axes, a, b, out, [](float x, float y) { return smallerOf(x, y); });
    case BinaryOp::kSquaredDifference:
      return combine(axes, a, b, out, [](float x, float y) { return (x - y) * (x - y); });
  }
}

void binaryInts(BinaryOp op, const BroadcastAxes& axes, const int32_t* a, const int32_t* b, int32_t* out) {
  switch (op) {
    case BinaryOp::kAdd:
      return combine(axes, a, b, out, [](int64_t x, int64_t y) { return wrapped(x + y); });
    case BinaryOp::kSubtract:
      return combine(axes, a, b, out, [](int64_t x, int64_t y) { return wrapped(x - y); });
    case BinaryOp::kMultiply:
      return combine(axes, a, b, out, [](int64_t x, int64_t y) { return product(x, y); });
    case BinaryOp::kMaximum:
      return combine(axes, a, b, out, [](int32_t x, int32_t y) { return x > y ? x : y; });
    case BinaryOp::kMinimum:
      return combine(axes, a, b, out, [](int32_t x, int32_t y) { return x < y ? x : y; });
    // Not offered for integers: the binding refuses them.
    case BinaryOp::kSquaredDifference:
    case BinaryOp::kDivide:
      return;
  }
}

void addAll(int64_t terms, int64_t count, const float* const* inputs, float* out) {
  // Blocks that stay in the first-level cache while all terms are added.
  constexpr int64_t kBlock = 2048;
  forEachRange(count, [&](int64_t begin, int64_t end) {
    for (int64_t block = begin; block < end; block += kBlock) {
      const int64_t length = smaller(kBlock, end - block);
      float* __restrict to = out + block;
      for (int64_t i = 0; i < length; i++) to[i] = 0.0f;
      for (int64_t term = 0; term < terms; term++) {
        const float* __restrict from = inputs[term] + block;
        for (int64_t i = 0; i < length; i++) to[i] += from[i];
      }
    }
  });
}

void selectWords(int64_t count, const uint8_t* condition, const uint32_t* a, const uint32_t* b, uint32_t* out) {
  forEachRange(count, [&](int64_t begin, int64_t end) {
    const uint8_t* __restrict when = condition;
    const uint32_t* __restrict yes = a;
    const uint32_t* __restrict no = b;
    uint32_t* __restrict to = out;
    for (int64_t i = begin; i < end; i++) to[i] = when[i] == 1 ? yes[i] : no[i];
  });
}

}  // namespace MALMOI_ISA
}  // namespace malmoi
