// adamW(hyperparameters, weightDecays, params, gradients, expAvgs, expAvgSqs, clipScale), globalNorm(arrays, norm)
#include "binding/kernel_functions.h"

#include <cmath>

namespace malmoi {
namespace {

/** [learningRate, beta1, beta2, epsilon, biasCorrection1, biasCorrection2]; derived numbers are rounded once. */
AdamWStep readStep(Arguments& arguments) {
  const std::vector<double> numbers = arguments.numbers("hyperparameters");
  if (numbers.size() != 6) arguments.fail("hyperparameters", "must have 6 numbers");
  const double learningRate = numbers[0];
  return {static_cast<float>(learningRate),
          static_cast<float>(numbers[1]),
          static_cast<float>(numbers[2]),
          static_cast<float>(numbers[3]),
          static_cast<float>(1 - numbers[1]),
          static_cast<float>(1 - numbers[2]),
          static_cast<float>(learningRate / numbers[4]),
          static_cast<float>(1 / std::sqrt(numbers[5])),
          1.0f};
}

/** Arrays of the sizes of `params`. */
std::vector<FloatSpan> readLike(Arguments& arguments, const char* name, const std::vector<FloatSpan>& params) {
  std::vector<FloatSpan> arrays = arguments.floatArrays(name);
  if (arrays.size() != params.size()) arguments.fail(name, "must have an array for each parameter");
  for (size_t i = 0; i < arrays.size(); i++) {
    if (arrays[i].size != params[i].size) {
      arguments.fail(name, "has " + std::to_string(arrays[i].size) + " elements for parameter " + std::to_string(i) +
                               ", which has " + std::to_string(params[i].size));
    }
  }
  return arrays;
}

void adamW(Arguments& arguments) {
  AdamWStep step = readStep(arguments);
  const std::vector<double> weightDecays = arguments.numbers("weightDecays");
  const std::vector<FloatSpan> params = arguments.floatArrays("params");
  if (weightDecays.size() != params.size()) arguments.fail("weightDecays", "must have a number for each parameter");
  const std::vector<FloatSpan> gradients = readLike(arguments, "gradients", params);
  const std::vector<FloatSpan> expAvgs = readLike(arguments, "expAvgs", params);
  const std::vector<FloatSpan> expAvgSqs = readLike(arguments, "expAvgSqs", params);
  if (const float* clipScale = arguments.optionalFloats("clipScale", 1)) step.clipScale = *clipScale;
  std::vector<AdamWParameter> parameters;
  parameters.reserve(params.size());
  for (size_t i = 0; i < params.size(); i++) {
    parameters.push_back({params[i].size, params[i].data, gradients[i].data, expAvgs[i].data, expAvgSqs[i].data,
                          static_cast<float>(weightDecays[i])});
  }
  kernels().optimizer.adamW(parameters.data(), static_cast<int64_t>(parameters.size()), step);
}

void globalNorm(Arguments& arguments) {
  const std::vector<FloatSpan> spans = arguments.floatArrays("arrays");
  float* norm = arguments.floats("norm", 1);
  std::vector<FloatArray> arrays;
  arrays.reserve(spans.size());
  for (const FloatSpan& span : spans) arrays.push_back({span.data, span.size});
  *norm = static_cast<float>(kernels().optimizer.globalNorm(arrays.data(), static_cast<int64_t>(arrays.size())));
}

}  // namespace

void exportOptimizerKernels(Napi::Env env, Napi::Object exports) {
  exportKernel(env, exports, "adamW", adamW);
  exportKernel(env, exports, "globalNorm", globalNorm);
}

}  // namespace malmoi
