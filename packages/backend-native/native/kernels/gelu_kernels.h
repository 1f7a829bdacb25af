// GELU in the kernel table.
#pragma once

#include <cstdint>

namespace malmoi {

struct GeluKernels {
  /** y = gelu(x), exact or with the tanh approximation. */
  void (*forward)(const float* x, bool tanhForm, int64_t size, float* y);
  /** dx = dy * gelu'(x). */
  void (*gradient)(const float* dy, const float* x, bool tanhForm, int64_t size, float* dx);
};

}  // namespace malmoi
