// layerNorm(rows, hidden, epsilon, dropout, x, residual, gamma, beta, y, statistics, kept) and
// layerNormGradient(rows, hidden, dropout, dy, x, residual, gamma, statistics, kept, dx, dGamma, dBeta, dResidual)
#include "binding/kernel_functions.h"

namespace malmoi {
namespace {

struct Sizes {
  int64_t rows;
  int64_t hidden;
  int64_t elements;
  int64_t statistics;
  int64_t kept;
};

Sizes readSizes(Arguments& arguments) {
  const int64_t rows = arguments.integer("rows");
  const int64_t hidden = arguments.integer("hidden", 1);
  return {rows, hidden, sizeOf(arguments, "x", {rows, hidden}), sizeOf(arguments, "statistics", {rows, kRowStatistics}),
          sizeOf(arguments, "kept", {rows, keepWords(hidden)})};
}

void layerNorm(Arguments& arguments) {
  LayerNorm norm = {};
  const Sizes sizes = readSizes(arguments);
  norm.rows = sizes.rows;
  norm.hidden = sizes.hidden;
  norm.epsilon = static_cast<float>(arguments.number("epsilon"));
  norm.dropout = readDropout(arguments, true);
  norm.x = arguments.floats("x", sizes.elements);
  norm.residual = arguments.optionalFloats("residual", sizes.elements);
  norm.gamma = arguments.floats("gamma", sizes.hidden);
  norm.beta = arguments.floats("beta", sizes.hidden);
  norm.y = arguments.floats("y", sizes.elements);
  norm.statistics = arguments.optionalFloats("statistics", sizes.statistics);
  norm.kept = arguments.optionalInts("kept", sizes.kept);
  kernels().layerNorm.forward(norm);
}

void layerNormGradient(Arguments& arguments) {
  LayerNormGradient g = {};
  const Sizes sizes = readSizes(arguments);
  g.rows = sizes.rows;
  g.hidden = sizes.hidden;
  g.dropout = readDropout(arguments, true);
  g.dy = arguments.floats("dy", sizes.elements);
  g.x = arguments.floats("x", sizes.elements);
  g.residual = arguments.optionalFloats("residual", sizes.elements);
  g.gamma = arguments.floats("gamma", sizes.hidden);
  g.statistics = arguments.floats("statistics", sizes.statistics);
  g.kept = arguments.optionalInts("kept", sizes.kept);
  if (g.kept == nullptr && g.dropout.threshold > 0) arguments.fail("kept", "is needed for dropout");
  g.dx = arguments.floats("dx", sizes.elements);
  g.dGamma = arguments.floats("dGamma", sizes.hidden);
  g.dBeta = arguments.floats("dBeta", sizes.hidden);
  g.dResidual = arguments.optionalFloats("dResidual", sizes.elements);
  kernels().layerNorm.gradient(g);
}

}  // namespace

void exportLayerNormKernels(Napi::Env env, Napi::Object exports) {
  exportKernel(env, exports, "layerNorm", layerNorm);
  exportKernel(env, exports, "layerNormGradient", layerNormGradient);
}

}  // namespace malmoi
