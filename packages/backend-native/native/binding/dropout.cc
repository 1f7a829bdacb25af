// dropout(size, dropout, x, y)
#include "binding/kernel_functions.h"

#include <cmath>

namespace malmoi {

Dropout readDropout(Arguments& arguments, bool optional) {
  constexpr double kLargestWord = 4294967295.0;
  const std::vector<double> values = arguments.numbers("dropout");
  if (values.empty() && optional) return {};
  if (values.size() != 7) arguments.fail("dropout", "must have 7 numbers");
  uint32_t words[7] = {};
  for (size_t i = 0; i < 7; i++) {
    if (i == 1) continue;
    if (!(values[i] >= 0 && values[i] <= kLargestWord) || std::floor(values[i]) != values[i]) {
      arguments.fail("dropout", "must hold words of 32 bits beside the scale, not " + std::to_string(values[i]));
    }
    words[i] = static_cast<uint32_t>(values[i]);
  }
  if (!std::isfinite(values[1])) arguments.fail("dropout", "must have a finite scale");
  return {words[0], static_cast<float>(values[1]), words[2], words[3], words[4], words[5], words[6]};
}

namespace {

void dropout(Arguments& arguments) {
  // The counter of the generator has 32 bits for four elements each.
  const int64_t size = arguments.integer("size", 0, (int64_t{1} << 34) - 1);
  const Dropout dropout = readDropout(arguments, false);
  const float* x = arguments.floats("x", size);
  float* y = arguments.floats("y", size);
  kernels().dropout.apply(x, dropout, size, y);
}

}  // namespace

void exportDropoutKernels(Napi::Env env, Napi::Object exports) { exportKernel(env, exports, "dropout", dropout); }

}  // namespace malmoi
