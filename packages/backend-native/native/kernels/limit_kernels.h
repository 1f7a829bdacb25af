// The machine's limits in the kernel table: work that does nothing but multiply, or read, or read and write, which a
// benchmark measures beside a kernel that has more to do.
#pragma once

#include <cstdint>

#include "kernels/precision.h"

namespace malmoi {

/** Floating-point operations of a round of multiplyAdds, on every instruction set and in both precisions. */
constexpr int64_t kOperationsPerRound = 3 << 16;

struct LimitKernels {
  /** In each of `tasks` tasks `rounds` rounds of multiply-adds that stay in registers; results [tasks] become 1. */
  void (*multiplyAdds)(Precision precision, int64_t tasks, int64_t rounds, float* results);
  /** Reads x in `tasks` equal parts; sums [tasks] become those of the parts. */
  void (*sumParts)(const float* x, int64_t size, int64_t tasks, float* sums);
  /** y += scale * x in `tasks` equal parts: reads two arrays, writes one. */
  void (*addScaled)(const float* x, float scale, int64_t size, int64_t tasks, float* y);
};

}  // namespace malmoi
