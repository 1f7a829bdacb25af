// Dropout in the kernel table: which elements are kept, and the kernel that multiplies by it.
#pragma once

#include <cstdint>

namespace malmoi {

/**
 * DropoutAttributes of @malmoi/ops. Element i is kept where word i mod 4 of Philox4x32-10 for the counter
 * (floor(i / 4), step, siteLow, siteHigh) and the key (seedLow, seedHigh) is at least `threshold`, and is then
 * multiplied by `scale`. A threshold of 0 keeps everything: no dropout.
 */
struct Dropout {
  uint32_t threshold;
  float scale;
  uint32_t seedLow;
  uint32_t seedHigh;
  uint32_t step;
  uint32_t siteLow;
  uint32_t siteHigh;
};

struct DropoutKernels {
  /** y = x * mask, `size` elements; its own gradient. */
  void (*apply)(const float* x, const Dropout& dropout, int64_t size, float* y);
};

}  // namespace malmoi
