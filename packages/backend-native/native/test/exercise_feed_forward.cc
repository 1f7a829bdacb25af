// The feed-forward network and its gradient, with and without what is kept for it, against float64.
#include <cmath>

#include "test/exercises.h"
#include "test/references.h"

namespace malmoi {
namespace {

/** The arguments of a network that own their memory, and what is expected of it. */
struct Arrays {
  FeedForwardNetwork network;
  Floats32 x;
  Floats32 wideningKernel;
  Floats32 wideningBias;
  Floats32 narrowingKernel;
  Floats32 narrowingBias;
  Floats32 dy;

  Arrays(const FeedForwardNetwork& sizes, Random& random)
      : network(sizes),
        x(sizes.rows * sizes.width),
        wideningKernel(sizes.inner * sizes.width),
        wideningBias(sizes.inner),
        narrowingKernel(wideningKernel.size()),
        narrowingBias(sizes.width),
        dy(x.size()) {
    for (const Floats32* buffer : {&x, &wideningKernel, &wideningBias, &narrowingKernel, &narrowingBias, &dy}) {
      random.fill(*buffer);
      // Exact sums in any precision: none is moved across the corner of ReLU.
      if (network.activation == Activation::kRelu) {
        for (int64_t i = 0; i < buffer->size(); i++) (*buffer)[i] = std::round((*buffer)[i] * 8) / 8;
      }
    }
    network.wideningKernel = wideningKernel.data();
    network.narrowingKernel = narrowingKernel.data();
  }
};

/** A product [rows, columns] of two views in float64; `c` is what it is added to, or null. */
std::vector<double> multiply(int64_t rows, int64_t columns, int64_t depth, const MatrixView& a, const MatrixView& b,
                             const float* bias, float* c = nullptr) {
  return referenceProduct({rows, columns, depth, a, b, c, columns, bias, Activation::kLinear, nullptr,
                           Precision::kFloat32, c != nullptr});
}

std::vector<double> sumsOfRows(const Floats32& matrix, int64_t columns) {
  std::vector<double> sums(static_cast<size_t>(columns));
  for (int64_t i = 0; i < matrix.size(); i++) sums[static_cast<size_t>(i % columns)] += matrix[i];
  return sums;
}

/** The value between the products and the derivative there; [rows, inner]. */
struct Middle {
  Floats32 widened;
  Floats32 slopes;

  explicit Middle(const Arrays& arrays)
      : widened(arrays.network.rows * arrays.network.inner), slopes(widened.size()) {
    const auto& [rows, width, inner, activation, precision, wideningKernel, narrowingKernel] = arrays.network;
    const std::vector<double> z = multiply(rows, inner, width, {arrays.x.data(), width, false},
                                           {wideningKernel, width, true}, arrays.wideningBias.data());
    for (int64_t i = 0; i < widened.size(); i++) {
      const ReferenceActivation at = referenceActivation(activation, z[static_cast<size_t>(i)]);
      widened[i] = static_cast<float>(at.value);
      slopes[i] = static_cast<float>(at.slope);
    }
  }
};

/** The gradient, that of x added to what `sum` holds or, without one, to dy. */
void exerciseGradient(const KernelTable& kernels, const Arrays& arrays, const Middle& middle,
                      const FeedForwardSaved& saved, Floats32* sum, Outputs& outputs) {
  const auto& [rows, width, inner, activation, precision, wideningKernel, narrowingKernel] = arrays.network;
  const double tolerance = toleranceOf(precision);
  const Floats32 dy(arrays.dy.size());
  if (dy.bytes() > 0) std::memcpy(dy.data(), arrays.dy.data(), dy.bytes());
  const Floats32& dx = sum == nullptr ? dy : *sum;
  const std::vector<double> dWidened = multiply(rows, inner, width, {arrays.dy.data(), width, false},
                                                {narrowingKernel, inner, false}, nullptr);
  const Floats32 dz(middle.slopes.size());
  for (int64_t i = 0; i < dz.size(); i++) {
    dz[i] = static_cast<float>(dWidened[static_cast<size_t>(i)] * middle.slopes[i]);
  }
  const std::vector<double> wantedDx =
      multiply(rows, width, inner, {dz.data(), inner, false}, {wideningKernel, width, false}, nullptr, dx.data());

  const Floats32 dWideningKernel(arrays.wideningKernel.size());
  const Floats32 dWideningBias(inner);
  const Floats32 dNarrowingKernel(arrays.narrowingKernel.size());
  const Floats32 dNarrowingBias(width);
  kernels.feedForward.gradient({arrays.network, saved, dy.data(), arrays.x.data(), dx.data(), dWideningKernel.data(),
                                dWideningBias.data(), dNarrowingKernel.data(), dNarrowingBias.data()});
  outputs.floats("dx", dx);
  outputs.floats("dWideningKernel", dWideningKernel);
  outputs.floats("dWideningBias", dWideningBias);
  outputs.floats("dNarrowingKernel", dNarrowingKernel);
  outputs.floats("dNarrowingBias", dNarrowingBias);
  expectNear("dx", dx.data(), wantedDx, tolerance);
  expectNear("dWideningKernel", dWideningKernel.data(),
             multiply(inner, width, rows, {dz.data(), inner, true}, {arrays.x.data(), width, false}, nullptr),
             tolerance);
  expectNear("dWideningBias", dWideningBias.data(), sumsOfRows(dz, inner), tolerance);
  expectNear("dNarrowingKernel", dNarrowingKernel.data(),
             multiply(width, inner, rows, {arrays.dy.data(), width, true}, {middle.widened.data(), inner, false},
                      nullptr),
             tolerance);
  expectNear("dNarrowingBias", dNarrowingBias.data(), sumsOfRows(arrays.dy, width), tolerance);
}

FeedForwardNetwork randomNetwork(Random& random, Precision precision) {
  FeedForwardNetwork network = {};
  // Gradients of a single number may be differences of near equals.
  switch (random.below(6)) {
    // Several blocks of depth, whose edges lie within panels.
    case 0: network = {3 + random.size(30), 3 + random.size(20), random.between(1025, 1100), {}, {}, {}, {}}; break;
    case 1: network = {3 + random.size(120), random.between(321, 340), random.between(330, 350), {}, {}, {}, {}}; break;
    // Several blocks of rows.
    case 2: network = {random.between(400, 420), 3 + random.size(40), 3 + random.size(40), {}, {}, {}, {}}; break;
    // Small enough to be divided by depth.
    case 3: network = {random.between(1024, 1100), 3 + random.size(20), 3 + random.size(30), {}, {}, {}, {}}; break;
    default: network = {3 + random.size(150), 3 + random.size(60), 3 + random.size(130), {}, {}, {}, {}}; break;
  }
  if (random.below(12) == 0) network.rows = 0;
  network.activation = static_cast<Activation>(random.below(5));
  network.precision = precision;
  return network;
}

}  // namespace

void exerciseFeedForward(const KernelTable& kernels, Precision precision, uint64_t seed, Outputs& outputs) {
  Random random(seed);
  const Arrays arrays(randomNetwork(random, precision), random);
  const FeedForwardNetwork& network = arrays.network;
  const Middle middle(arrays);
  // Of two bytes an element in bfloat16.
  const int64_t saved = network.rows * savedColumns(network.inner) / (precision == Precision::kBfloat16 ? 2 : 1);
  const Floats32 widened(saved);
  const Floats32 slopes(saved);
  const bool linear = network.activation == Activation::kLinear;
  const FeedForwardSaved record = {widened.data(), linear ? nullptr : slopes.data()};

  const Floats32 y(arrays.x.size());
  FeedForward call = {network, arrays.x.data(), arrays.wideningBias.data(), arrays.narrowingBias.data(), y.data(), record};
  kernels.feedForward.forward(call);
  outputs.floats("y", y);
  expectNear("y", y.data(),
             multiply(network.rows, network.width, network.inner, {middle.widened.data(), network.inner, false},
                      {network.narrowingKernel, network.inner, true}, arrays.narrowingBias.data()),
             toleranceOf(precision));
  const Floats32 unsaved(y.size());
  call.y = unsaved.data();
  call.saved = {nullptr, nullptr};
  kernels.feedForward.forward(call);
  expect(std::memcmp(unsaved.data(), y.data(), y.bytes()) == 0, "y depends on what is saved");

  Floats32 sum(arrays.x.size());
  random.fill(sum);
  exerciseGradient(kernels, arrays, middle, record, random.coin() ? &sum : nullptr, outputs);
}

}  // namespace malmoi
