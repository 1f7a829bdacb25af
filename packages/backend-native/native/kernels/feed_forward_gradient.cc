// The gradients of the feed-forward network. That of what goes in is a chain of two products, as the network itself;
// those of the kernels are products with what the network kept and what the chain leaves.
#include "kernels/kernel_sets.h"
#include "kernels/product_chain.h"
#include "kernels/stored_floats.h"

namespace malmoi {
namespace MALMOI_ISA {
namespace {

MALMOI_INLINE MatrixView viewOf(const float* data, int64_t stride, bool transposed) {
  return {data, stride, transposed};
}
MALMOI_INLINE MatrixView viewOf(const uint16_t* data, int64_t stride, bool transposed) {
  return {nullptr, stride, transposed, data};
}

/** Sums of columns, a row of them for each block of rows. */
struct PartialSums {
  float* rows;
  int64_t stride;
  int64_t parts;

  PartialSums(Scratch& scratch, int64_t partCount, int64_t columns)
      : rows(scratch.floats(partCount * roundUp(columns, 32))), stride(roundUp(columns, 32)), parts(partCount) {
    memset(rows, 0, static_cast<size_t>(parts * stride) * sizeof(float));
  }

  float* at(int64_t part) const { return rows + part * stride; }

  /** Adds the parts up in their order. */
  void addTo(float* out, int64_t columns) const {
    for (int64_t column = 0; column < columns; column++) {
      float sum = 0;
      for (int64_t part = 0; part < parts; part++) sum += at(part)[column];
      out[column] = sum;
    }
  }
};

MALMOI_INLINE void addRow(const float* row, int64_t columns, float* sums) {
  int64_t i = 0;
  for (; i + kLanes <= columns; i += kLanes) store(sums + i, load(sums + i) + load(row + i));
  for (; i < columns; i++) sums[i] += row[i];
}

/** A block of the gradient of what was widened becomes that of the activation's argument, which is kept, too. */
template <typename Engine>
MALMOI_INLINE void differentiateBlock(const FeedForwardGradient& call, typename Engine::Element* dz, float* sums,
                                      float* block, int64_t row, int64_t rows, int64_t column) {
  using Element = typename Engine::Element;
  const int64_t stride = savedColumns(call.network.inner);
  const auto* slopes = static_cast<const Element*>(call.saved.slopes);
  for (int64_t i = 0; i < rows; i++) {
    const int64_t start = (row + i) * stride + column;
    for (int64_t j = 0; j < Engine::kColumns && column + j < stride; j += kLanes) {
      float* at = block + i * Engine::kColumns + j;
      Floats value = load(at);
      if (slopes != nullptr) value *= loadSlopes(slopes + start + j);
      store(at, value);
      storeElements(dz + start + j, value);
      store(sums + column + j, load(sums + column + j) + value);
    }
  }
}

template <typename Engine>
void gradientWith(const FeedForwardGradient& call) {
  using Element = typename Engine::Element;
  const auto& [rows, width, inner, activation, precision, wideningKernel, narrowingKernel] = call.network;
  const int64_t stride = savedColumns(inner);
  const int64_t rowWidth = width;
  const RowBlocks<Engine> blocks(rows);
  Scratch scratch;
  const PartialSums dWideningBias(scratch, blocks.count, inner);
  const PartialSums dNarrowingBias(scratch, blocks.count, width);
  auto* dz = static_cast<Element*>(scratch.bytes(static_cast<size_t>(rows * stride) * sizeof(Element)));
  // First, since dx may be the memory of dy.
  const auto* widened = static_cast<const Element*>(call.saved.widened);
  multiplyWith<Engine>({width, inner, rows, {call.dy, width, true}, viewOf(widened, stride, false),
                        call.dNarrowingKernel, inner, nullptr, Activation::kLinear, nullptr, precision});
  {
    Scratch packed;
    const ColumnPanels<Engine> narrowing(packed, inner, width);
    const ColumnPanels<Engine> widening(packed, width, inner);
    packColumnPanelsShared<Engine>(narrowing, {narrowingKernel, inner, false});
    packColumnPanelsShared<Engine>(widening, {wideningKernel, width, false});
    const ProductChain<Engine> chain = {rows, {call.dy, width, false}, narrowing, widening, call.dx};
    multiplyChain<Engine>(
        chain, blocks,
        [&](int64_t part, int64_t row, int64_t count) {
          for (int64_t i = row; i < row + count; i++) {
            addRow(call.dy + i * rowWidth, rowWidth, dNarrowingBias.at(part));
          }
        },
        [&](int64_t part, int64_t row, int64_t count, float* block, int64_t column, int64_t) {
          differentiateBlock<Engine>(call, dz, dWideningBias.at(part), block, row, count, column);
        });
  }
  dWideningBias.addTo(call.dWideningBias, inner);
  dNarrowingBias.addTo(call.dNarrowingBias, width);
  multiplyWith<Engine>({inner, width, rows, viewOf(dz, stride, true), {call.x, width, false}, call.dWideningKernel,
                        width, nullptr, Activation::kLinear, nullptr, precision});
}

}  // namespace

void feedForwardGradient(const FeedForwardGradient& call) {
  const FeedForwardNetwork& network = call.network;
  if (network.rows == 0) {
    const size_t kernelBytes = static_cast<size_t>(network.inner * network.width) * sizeof(float);
    memset(call.dWideningKernel, 0, kernelBytes);
    memset(call.dNarrowingKernel, 0, kernelBytes);
    memset(call.dWideningBias, 0, static_cast<size_t>(network.inner) * sizeof(float));
    memset(call.dNarrowingBias, 0, static_cast<size_t>(network.width) * sizeof(float));
    return;
  }
  if (network.precision == Precision::kBfloat16) gradientWith<Bfloat16Engine>(call);
  else gradientWith<FloatEngine>(call);
}

}  // namespace MALMOI_ISA
}  // namespace malmoi
