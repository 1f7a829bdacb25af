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

/** Part of the first product: rows from `row` and columns from `column` on, whole vectors of them. */
struct Block {
  float* values;
  int64_t stride;
  int64_t row;
  int64_t rows;
  int64_t column;
  int64_t columns;
};

/** Bias and activation on a block, and what the gradient needs of it. */
template <typename Element, bool kRecords>
MALMOI_INLINE void activateBlock(const FeedForward& call, const float* bias, const Block& block) {
  const FeedForwardNetwork& network = call.network;
  const int64_t stride = savedColumns(network.inner);
  const int64_t columns = smaller(block.columns, stride - block.column);
  // Rows are whole vectors: aligned where the first of them is.
  const bool streams = kRecords && network.rows * network.inner > kStreamedElements &&
                       isAligned(static_cast<const float*>(call.saved.widened)) &&
                       isAligned(static_cast<const float*>(call.saved.slopes));
  for (int64_t i = 0; i < block.rows; i++) {
    const int64_t start = (block.row + i) * stride + block.column;
    for (int64_t j = 0; j < columns; j += kLanes) {
      float* at = block.values + i * block.stride + j;
      const Floats z = load(at) + load(bias + block.column + j);
      if (!kRecords) {
        store(at, activate(network.activation, z));
        continue;
      }
      const Activated activated = activateWithSlope(network.activation, z);
      store(at, activated.value);
      Element* value = static_cast<Element*>(call.saved.widened) + start + j;
      streams ? streamElements(value, activated.value) : storeElements(value, activated.value);
      if (call.saved.slopes == nullptr) continue;
      Element* slope = static_cast<Element*>(call.saved.slopes) + start + j;
      streams ? streamSlopes(slope, activated.slope) : storeSlopes(slope, activated.slope);
    }
  }
  if (streams) finishStreaming();
}

template <typename Element>
MALMOI_INLINE void activateRows(const FeedForward& call, const float* bias, const Block& block) {
  if (call.saved.widened == nullptr) activateBlock<Element, false>(call, bias, block);
  else activateBlock<Element, true>(call, bias, block);
}

/** Two products without panels. */
template <typename Engine>
void forwardFewRows(const FeedForward& call, const float* bias) {
  const auto& [rows, width, inner, activation, precision, wideningKernel, narrowingKernel] = call.network;
  const int64_t stride = savedColumns(inner);
  Scratch scratch;
  float* widened = scratch.floats(rows * stride);
  memset(widened, 0, static_cast<size_t>(rows * stride) * sizeof(float));
  multiplyWith<Engine>({rows, inner, width, {call.x, width, false}, {wideningKernel, width, true}, widened, stride,
                        nullptr, Activation::kLinear, nullptr, precision});
  activateRows<typename Engine::Element>(call, bias, {widened, stride, 0, rows, 0, stride});
  multiplyWith<Engine>({rows, width, inner, {widened, stride, false}, {narrowingKernel, inner, true}, call.y, width,
                        call.narrowingBias, Activation::kLinear, nullptr, precision});
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
  if (rows <= kFewRows) {
    forwardFewRows<Engine>(call, bias);
    return;
  }
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
        activateRows<typename Engine::Element>(
            call, bias, {block, Engine::kColumns, row, count, column, Engine::kColumns});
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
