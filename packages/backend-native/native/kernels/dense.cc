// The gradients of a dense layer. Its forward pass is a matrix product with a bias and an activation.
#include "kernels/activation.h"
#include "kernels/engines.h"
#include "kernels/kernel_sets.h"
#include "kernels/matrix_product.h"

namespace malmoi {
namespace MALMOI_ISA {
namespace {

/** Rows whose part of the bias gradient is summed by one task. */
constexpr int64_t kRowsPerPart = 64;

/**
 * dz = dy * activation'(saved), and the sums of its columns in dBias. Returns dz: dy itself without an activation.
 */
const float* differentiateActivation(const DenseGradient& g, Scratch& scratch) {
  const int64_t size = g.rows * g.outputs;
  const bool linear = g.activation == Activation::kLinear;
  float* dz = linear ? nullptr : scratch.floats(size);
  const int64_t parts = divideUp(g.rows, kRowsPerPart);
  float* sums = g.dBias == nullptr ? nullptr : scratch.floats(parts * g.outputs);
  if (linear && sums == nullptr) return g.dy;

  parallelFor(parts, [&](int64_t part) {
    const int64_t firstRow = part * kRowsPerPart;
    const int64_t endRow = smaller(g.rows, firstRow + kRowsPerPart);
    float* sum = sums == nullptr ? nullptr : sums + part * g.outputs;
    if (sum != nullptr) std::memset(sum, 0, static_cast<size_t>(g.outputs) * sizeof(float));
    for (int64_t row = firstRow; row < endRow; row++) {
      const int64_t start = row * g.outputs;
      for (int64_t column = 0; column < g.outputs; column += kLanes) {
        const int64_t count = smaller<int64_t>(kLanes, g.outputs - column);
        const bool whole = count == kLanes;
        const float* dy = g.dy + start + column;
        Floats value = whole ? load(dy) : loadSome(dy, count);
        if (!linear) {
          const float* saved = g.saved + start + column;
          value *= activationDerivative(g.activation, whole ? load(saved) : loadSome(saved, count));
          float* to = dz + start + column;
          whole ? store(to, value) : storeSome(to, value, count);
        }
        if (sum == nullptr) continue;
        if (whole) store(sum + column, load(sum + column) + value);
        else storeSome(sum + column, loadSome(sum + column, count) + value, count);
      }
    }
  });

  for (int64_t column = 0; sums != nullptr && column < g.outputs; column++) {
    float total = 0;
    for (int64_t part = 0; part < parts; part++) total += sums[part * g.outputs + column];
    g.dBias[column] = total;
  }
  return linear ? g.dy : dz;
}

void multiply(const MatrixProduct& product) {
  if (product.precision == Precision::kBfloat16) multiplyWith<Bfloat16Engine>(product);
  else multiplyWith<FloatEngine>(product);
}

void gradient(const DenseGradient& g) {
  Scratch scratch;
  const float* dz = differentiateActivation(g, scratch);
  multiply({g.rows, g.inputs, g.outputs, {dz, g.outputs, false}, {g.weight, g.inputs, false}, g.dx, g.inputs,
            nullptr, Activation::kLinear, nullptr, g.precision, g.accumulateDx});
  multiply({g.outputs, g.inputs, g.rows, {dz, g.outputs, true}, {g.x, g.inputs, false}, g.dWeight, g.inputs,
            nullptr, Activation::kLinear, nullptr, g.precision});
}

}  // namespace

const DenseKernels kDenseKernels = {gradient};

}  // namespace MALMOI_ISA
}  // namespace malmoi
