// multiplyAdds(precision, tasks, rounds, results), sumParts(size, tasks, x, sums), addScaled(size, tasks, scale, x, y)
#include "binding/kernel_functions.h"

namespace malmoi {
namespace {

/** Enough for any machine, so that a slip does not keep the process for hours. */
constexpr int64_t kMostTasks = int64_t{1} << 20;
constexpr int64_t kMostRounds = int64_t{1} << 30;

void multiplyAdds(Arguments& arguments) {
  const Precision precision = readPrecision(arguments);
  const int64_t tasks = arguments.integer("tasks", 1, kMostTasks);
  const int64_t rounds = arguments.integer("rounds", 1, kMostRounds);
  float* results = arguments.floats("results", tasks);
  kernels().limits.multiplyAdds(precision, tasks, rounds, results);
}

void sumParts(Arguments& arguments) {
  const int64_t size = arguments.integer("size");
  const int64_t tasks = arguments.integer("tasks", 1, kMostTasks);
  const float* x = arguments.floats("x", size);
  float* sums = arguments.floats("sums", tasks);
  kernels().limits.sumParts(x, size, tasks, sums);
}

void addScaled(Arguments& arguments) {
  const int64_t size = arguments.integer("size");
  const int64_t tasks = arguments.integer("tasks", 1, kMostTasks);
  const auto scale = static_cast<float>(arguments.number("scale"));
  const float* x = arguments.floats("x", size);
  float* y = arguments.floats("y", size);
  kernels().limits.addScaled(x, scale, size, tasks, y);
}

}  // namespace

void exportLimitKernels(Napi::Env env, Napi::Object exports) {
  exportKernel(env, exports, "multiplyAdds", multiplyAdds);
  exportKernel(env, exports, "sumParts", sumParts);
  exportKernel(env, exports, "addScaled", addScaled);
}

}  // namespace malmoi
