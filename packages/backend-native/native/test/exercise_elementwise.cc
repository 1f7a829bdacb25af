// Element-wise kernels with broadcasting, and reductions.
#include <vector>

#include "test/exercises.h"

namespace malmoi {
namespace {

/** Two arrays that are broadcast to each other, and how many elements each has. */
struct RandomAxes {
  BroadcastAxes axes = {};
  int64_t aSize = 1;
  int64_t bSize = 1;
  int64_t outSize = 1;

  explicit RandomAxes(Random& random) {
    axes.rank = static_cast<int>(random.between(1, 4));
    const int64_t most = axes.rank == 1 ? 40000 : axes.rank == 2 ? 300 : 30;
    for (int axis = axes.rank - 1; axis >= 0; axis--) {
      const int64_t size = random.coin() ? random.size(most) : random.between(1, most);
      const int64_t repeated = random.below(4);
      axes.size[axis] = size;
      axes.aStep[axis] = repeated == 1 ? 0 : aSize;
      axes.bStep[axis] = repeated == 2 ? 0 : bSize;
      aSize *= repeated == 1 ? 1 : size;
      bSize *= repeated == 2 ? 1 : size;
      outSize *= size;
    }
  }
};

void exerciseBinary(const ElementwiseKernels& kernels, Random& random, Outputs& outputs) {
  const RandomAxes walk(random);
  const Floats32 a(walk.aSize);
  const Floats32 b(walk.bSize);
  const Floats32 out(walk.outSize);
  random.fill(a);
  // Not 0: it is divided by.
  random.fill(b, 0.5f, 2.0f);
  const ExactBuffer<int32_t> aInts(walk.aSize);
  const ExactBuffer<int32_t> bInts(walk.bSize);
  const ExactBuffer<int32_t> intsOut(walk.outSize);
  // The whole range: sums and products wrap around.
  aInts.fill([&] { return random.next(); });
  bInts.fill([&] { return random.next(); });
  kernels.binaryFloats(static_cast<BinaryOp>(random.below(7)), walk.axes, a.data(), b.data(), out.data());
  outputs.floats("binaryFloats", out);
  // Division is of float32 alone, and so is what comes after kMinimum.
  kernels.binaryInts(static_cast<BinaryOp>(random.below(5)), walk.axes, aInts.data(), bInts.data(), intsOut.data());
  outputs.bits("binaryInts", intsOut);
}

void exerciseCompare(const ElementwiseKernels& kernels, Random& random, Outputs& outputs) {
  const RandomAxes walk(random);
  const auto op = static_cast<CompareOp>(random.below(8));
  const Floats32 a(walk.aSize);
  const Floats32 b(walk.bSize);
  const ExactBuffer<int32_t> aInts(walk.aSize);
  const ExactBuffer<int32_t> bInts(walk.bSize);
  const ExactBuffer<uint8_t> aBytes(walk.aSize);
  const ExactBuffer<uint8_t> bBytes(walk.bSize);
  const auto small = [&] { return random.below(2); };
  a.fill(small);
  b.fill(small);
  aInts.fill(small);
  bInts.fill(small);
  aBytes.fill(small);
  bBytes.fill(small);
  const ExactBuffer<uint8_t> out(walk.outSize);
  kernels.compareFloats(op, walk.axes, a.data(), b.data(), out.data());
  outputs.bits("compareFloats", out);
  kernels.compareInts(op, walk.axes, aInts.data(), bInts.data(), out.data());
  outputs.bits("compareInts", out);
  kernels.compareBytes(op, walk.axes, aBytes.data(), bBytes.data(), out.data());
  outputs.bits("compareBytes", out);
}

void exerciseFlat(const ElementwiseKernels& kernels, Random& random, Outputs& outputs) {
  const int64_t count = random.coin() ? random.size(700) : random.between(16300, 16500);
  const Floats32 x(count);
  const Floats32 y(count);
  const Floats32 out(count);
  // Positive: of logarithms and square roots there are no others.
  random.fill(x, 0.1f, 3.0f);
  random.fill(y);
  for (int op = 0; op <= static_cast<int>(UnaryOp::kSign); op++) {
    kernels.unary(static_cast<UnaryOp>(op), count, 0.5f, 1.5f, x.data(), out.data());
    outputs.floats("unary " + std::to_string(op), out);
  }
  const float* terms[] = {x.data(), y.data(), x.data()};
  kernels.addAll(random.between(1, 3), count, terms, out.data());
  outputs.floats("addAll", out);
  const ExactBuffer<uint8_t> condition(count);
  const ExactBuffer<uint32_t> a(count);
  const ExactBuffer<uint32_t> b(count);
  const ExactBuffer<uint32_t> selected(count);
  condition.fill([&] { return random.below(2); });
  a.fill([&] { return random.next(); });
  b.fill([&] { return random.next(); });
  kernels.select(count, condition.data(), a.data(), b.data(), selected.data());
  outputs.bits("select", selected);
}

}  // namespace

void exerciseElementwise(const KernelTable& kernels, Precision, uint64_t seed, Outputs& outputs) {
  Random random(seed);
  exerciseBinary(kernels.elementwise, random, outputs);
  exerciseCompare(kernels.elementwise, random, outputs);
  exerciseFlat(kernels.elementwise, random, outputs);
}

void exerciseReductions(const KernelTable& kernels, Precision, uint64_t seed, Outputs& outputs) {
  Random random(seed);
  const ReduceAxes axes = {random.size(70), random.size(400), random.coin() ? 1 : random.size(50)};
  const Floats32 x(axes.outer * axes.count * axes.inner);
  const Floats32 reduced(axes.outer * axes.inner);
  const ExactBuffer<int32_t> xInts(x.size());
  const ExactBuffer<int32_t> reducedInts(reduced.size());
  random.fill(x);
  xInts.fill([&] { return random.next(); });
  for (int op = 0; op <= static_cast<int>(ReduceOp::kMinimum); op++) {
    kernels.reductions.reduceFloats(static_cast<ReduceOp>(op), axes, x.data(), reduced.data());
    outputs.floats("reduceFloats", reduced);
    if (static_cast<ReduceOp>(op) == ReduceOp::kMean) continue;
    kernels.reductions.reduceInts(static_cast<ReduceOp>(op), axes, xInts.data(), reducedInts.data());
    outputs.bits("reduceInts", reducedInts);
  }
  const int64_t rows = axes.outer * axes.inner;
  const ExactBuffer<int32_t> places(rows);
  const Floats32 probabilities(x.size());
  kernels.reductions.argMax(rows, axes.count, x.data(), places.data());
  outputs.bits("argMax", places);
  kernels.reductions.softmax(rows, axes.count, x.data(), probabilities.data());
  outputs.floats("softmax", probabilities);
}

}  // namespace malmoi
