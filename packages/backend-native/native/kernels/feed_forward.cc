// The feed-forward network of an encoder layer. What lies between its two products, four times as wide as the rest, is
// kept as the products take it (in bfloat16 half as large), and with it the derivative of the activation, which the
// value is made of anyway: the gradient then computes nothing again.
#include "kernels/activation.h"
#include "kernels/kernel_sets.h"
#include "kernels/product_chain.h"
#include "kernels/stored_floats.h"

namespace malmoi {
namespace MALMOI_ISA {
namespace {

/** Bias and activation on a block of the first product, and what the gradient needs of it. */
template <typename Engine, bool kRecords>
MALMOI_INLINE void activateBlock(const FeedForward& call, const float* bias, float* block, int64_t row, int64_t rows,
                                 int64_t column) {
  using Element = typename Engine::Element;
  const FeedForwardNetwork& network = call.network;
  const int64_t stride = savedColumns(network.inner);
  const bool streams = kRecords && network.rows * network.inner > kStreamedElements;
  auto* widened = static_cast<Element*>(call.saved.widened);
  auto* slopes = static_cast<Element*>(call.saved.slopes);
  for (int64_t i = 0; i < rows; i++) {
    const int64_t start = (row + i) * stride + column;
    for (int64_t j = 0; j < Engine::kColumns && column + j < stride; j += kLanes) {
      float* at = block + i * Engine::kColumns + j;
      const Floats z = load(at) + load(bias + column + j);
      if (!kRecords) {
        store(at, activate(network.activation, z));
        continue;
      }
      const Activated activated = activateWithSlope(network.activation, z);
      store(at, activated.value);
      Element* value = widened + start + j;
      streams ? streamElements(value, activated.value) : storeElements(value, activated.value);
      if (slopes == nullptr) continue;
      Element* slope = slopes + start + j;
      streams ? streamSlopes(slope, activated.slope) : storeSlopes(slope, activated.slope);
    }
  }
  if (streams) finishStreaming();
}

template <typename Engine>
void forwardWith(const FeedForward& call) {
  const auto& [rows, width, inner, activation, precision, wideningKernel, narrowingKernel] = call.network;
  Scratch scratch;
  // To whole vectors, so that none hangs over the edge.
  const int64_t stride = savedColumns(inner);
  float* bias = scratch.floats(stride);
  memset(bias, 0, static_cast<size_t>(stride) * sizeof(float));
  memcpy(bias, call.wideningBias, static_cast<size_t>(inner) * sizeof(float));
  const ColumnPanels<Engine> widening(scratch, inner, width);
  const ColumnPanels<Engine> narrowing(scratch, width, inner);
  packColumnPanelsShared<Engine>(widening, {wideningKernel, width, true});
  packColumnPanelsShared<Engine>(narrowing, {narrowingKernel, inner, true});
  const ProductChain<Engine> chain = {rows, {call.x, width, false}, widening, narrowing, call.y};
  const int64_t rowWidth = width;
  multiplyChain<Engine>(
      chain, RowBlocks<Engine>(rows),
      [&](int64_t, int64_t row, int64_t count) {
        for (int64_t i = row; i < row + count; i++) {
          memcpy(call.y + i * rowWidth, call.narrowingBias, static_cast<size_t>(rowWidth) * sizeof(float));
        }
      },
      [&](int64_t, int64_t row, int64_t count, float* block, int64_t column, int64_t) {
        if (call.saved.widened == nullptr) activateBlock<Engine, false>(call, bias, block, row, count, column);
        else activateBlock<Engine, true>(call, bias, block, row, count, column);
      });
}

void feedForward(const FeedForward& call) {
  if (call.network.rows == 0) return;
  if (call.network.precision == Precision::kBfloat16) forwardWith<Bfloat16Engine>(call);
  else forwardWith<FloatEngine>(call);
}

}  // namespace

const FeedForwardKernels kFeedForwardKernels = {feedForward, feedForwardGradient};

}  // namespace MALMOI_ISA
}  // namespace malmoi
