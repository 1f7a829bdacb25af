// Comparisons and logic with broadcasting: 1 where they hold, else 0. NaN equals nothing.
#include "kernels/element_tasks.h"
#include "kernels/elementwise.h"

namespace malmoi {
namespace MALMOI_ISA {
namespace {

template <typename Input>
MALMOI_INLINE void compare(CompareOp op, const BroadcastAxes& axes, const Input* a, const Input* b, uint8_t* out) {
  switch (op) {
    case CompareOp::kEqual:
      return combine(axes, a, b, out, [](Input x, Input y) -> uint8_t { return x == y; });
    case CompareOp::kNotEqual:
      return combine(axes, a, b, out, [](Input x, Input y) -> uint8_t { return x != y; });
    case CompareOp::kGreater:
      return combine(axes, a, b, out, [](Input x, Input y) -> uint8_t { return x > y; });
    case CompareOp::kGreaterEqual:
      return combine(axes, a, b, out, [](Input x, Input y) -> uint8_t { return x >= y; });
    case CompareOp::kLess:
      return combine(axes, a, b, out, [](Input x, Input y) -> uint8_t { return x < y; });
    case CompareOp::kLessEqual:
      return combine(axes, a, b, out, [](Input x, Input y) -> uint8_t { return x <= y; });
    case CompareOp::kAnd:
      return combine(axes, a, b, out, [](Input x, Input y) -> uint8_t { return (x != 0) & (y != 0); });
    case CompareOp::kOr:
      return combine(axes, a, b, out, [](Input x, Input y) -> uint8_t { return (x != 0) | (y != 0); });
  }
}

}  // namespace

void compareFloats(CompareOp op, const BroadcastAxes& axes, const float* a, const float* b, uint8_t* out) {
  compare(op, axes, a, b, out);
}

void compareInts(CompareOp op, const BroadcastAxes& axes, const int32_t* a, const int32_t* b, uint8_t* out) {
  compare(op, axes, a, b, out);
}

void compareBytes(CompareOp op, const BroadcastAxes& axes, const uint8_t* a, const uint8_t* b, uint8_t* out) {
  compare(op, axes, a, b, out);
}

}  // namespace MALMOI_ISA
}  // namespace malmoi
