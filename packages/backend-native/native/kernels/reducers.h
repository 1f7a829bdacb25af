// What a reduction does with each element: how it begins, takes an element in, joins two totals, and reduces a run
// of consecutive elements. Runs go through several vectors in a fixed order.
#pragma once

#include "kernels/doubles.h"
#include "kernels/reduction_kernels.h"

namespace malmoi {
namespace MALMOI_ISA {

/** A sum of float32 in float64. */
struct FloatSum {
  using Element = float;
  using Total = double;
  static constexpr Total kStart = 0;

  MALMOI_INLINE Total join(Total a, Total b) { return a + b; }
  MALMOI_INLINE float result(Total total, int64_t) { return static_cast<float>(total); }

  MALMOI_INLINE Total run(const float* x, int64_t count) {
    Doubles sums[4] = {};
    int64_t i = 0;
    for (; i + 4 * kHalfLanes <= count; i += 4 * kHalfLanes) {
      for (int k = 0; k < 4; k++) sums[k] += loadDoubles(x + i + k * kHalfLanes);
    }
    const Doubles sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    double total = 0;
    for (int lane = 0; lane < kHalfLanes; lane++) total += sum[lane];
    for (; i < count; i++) total += static_cast<double>(x[i]);
    return total;
  }
};

/** The same, divided by the number of elements. */
struct FloatMean : FloatSum {
  MALMOI_INLINE float result(Total total, int64_t count) {
    return static_cast<float>(total / static_cast<double>(count));
  }
};

/** The largest or the smallest float32; NaN where there is one. */
template <bool kLargest>
struct FloatExtreme {
  using Element = float;
  using Total = float;
  static constexpr Total kStart = kLargest ? -__builtin_inff() : __builtin_inff();

  MALMOI_INLINE Total join(Total a, Total b) {
    const bool better = kLargest ? b > a : b < a;
    return better || b != b ? b : a;
  }
  MALMOI_INLINE Floats joinVectors(Floats a, Floats b) {
    const Ints better = kLargest ? b > a : b < a;
    return select(better | (b != b), b, a);
  }
  MALMOI_INLINE float result(Total total, int64_t) { return total; }

  MALMOI_INLINE Total run(const float* x, int64_t count) {
    Floats best[4];
    for (int k = 0; k < 4; k++) best[k] = broadcast(kStart);
    int64_t i = 0;
    for (; i + 4 * kLanes <= count; i += 4 * kLanes) {
      for (int k = 0; k < 4; k++) best[k] = joinVectors(best[k], load(x + i + k * kLanes));
    }
    const Floats whole = joinVectors(joinVectors(best[0], best[1]), joinVectors(best[2], best[3]));
    float total = kStart;
    for (int lane = 0; lane < kLanes; lane++) total = join(total, whole[lane]);
    for (; i < count; i++) total = join(total, x[i]);
    return total;
  }
};

/** A sum of int32 that wraps around when it is stored. */
struct IntSum {
  using Element = int32_t;
  using Total = int64_t;
  static constexpr Total kStart = 0;

  MALMOI_INLINE Total join(Total a, Total b) { return a + b; }
  MALMOI_INLINE int32_t result(Total total, int64_t) { return static_cast<int32_t>(total); }

  MALMOI_INLINE Total run(const int32_t* x, int64_t count) {
    Total total = 0;
    for (int64_t i = 0; i < count; i++) total += x[i];
    return total;
  }
};

template <bool kLargest>
struct IntExtreme {
  using Element = int32_t;
  using Total = int32_t;
  static constexpr Total kStart = kLargest ? INT32_MIN : INT32_MAX;

  MALMOI_INLINE Total join(Total a, Total b) { return (kLargest ? b > a : b < a) ? b : a; }
  MALMOI_INLINE int32_t result(Total total, int64_t) { return total; }

  MALMOI_INLINE Total run(const int32_t* x, int64_t count) {
    Total total = kStart;
    for (int64_t i = 0; i < count; i++) total = join(total, x[i]);
    return total;
  }
};

}  // namespace MALMOI_ISA
}  // namespace malmoi
