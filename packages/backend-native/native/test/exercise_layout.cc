// Kernels that move elements: strided copies, rows looked up and added, casts.
#include <limits>

#include "test/exercises.h"

namespace malmoi {
namespace {

/** A transposition: the axes of `from` in a random order. Gives the number of elements. */
int64_t randomTransposition(Random& random, CopyAxes& axes) {
  axes.rank = static_cast<int>(random.between(1, 4));
  const int64_t most = axes.rank == 1 ? 40000 : axes.rank == 2 ? 300 : 24;
  int order[4] = {0, 1, 2, 3};
  for (int i = axes.rank - 1; i > 0; i--) {
    const auto j = static_cast<int>(random.below(i + 1));
    const int other = order[i];
    order[i] = order[j];
    order[j] = other;
  }
  int64_t size = 1;
  for (int axis = axes.rank - 1; axis >= 0; axis--) {
    axes.size[axis] = random.size(most);
    axes.toStep[axis] = size;
    size *= axes.size[axis];
  }
  int64_t step = 1;
  for (int i = 0; i < axes.rank; i++) {
    axes.fromStep[order[i]] = step;
    step *= axes.size[order[i]];
  }
  return size;
}

template <typename Element>
void exerciseCopy(const LayoutKernels& kernels, Random& random, Outputs& outputs) {
  CopyAxes axes = {};
  const int64_t size = randomTransposition(random, axes);
  const ExactBuffer<Element> from(size);
  const ExactBuffer<Element> to(size);
  from.fill([&] { return random.next(); });
  kernels.copyStrided(axes, sizeof(Element), from.data(), to.data());
  outputs.bits("copyStrided", to);
  uint64_t difference = 0;
  for (int64_t i = 0; i < size; i++) difference += static_cast<uint64_t>(from[i]) - static_cast<uint64_t>(to[i]);
  expect(difference == 0, "a transposition loses elements");
}

void exerciseRows(const LayoutKernels& kernels, Random& random, Outputs& outputs) {
  const int64_t outer = random.between(1, 4);
  const int64_t rows = random.size(60);
  const int64_t width = random.size(300);
  const int64_t count = random.size(90);
  const Floats32 from(outer * rows * width);
  const Floats32 gathered(outer * count * width);
  const ExactBuffer<int32_t> indices(count);
  random.fill(from);
  indices.fill([&] { return random.below(rows); });
  kernels.gatherRows(outer, rows, width * 4, count, indices.data(), from.data(), gathered.data());
  outputs.floats("gatherRows", gathered);
  const Floats32 sums(rows * width);
  indices.fill([&] { return random.between(-1, rows - 1); });
  kernels.addToRows(rows, width, count, indices.data(), gathered.data(), sums.data());
  outputs.floats("addToRows", sums);
}

void exerciseCasts(const LayoutKernels& kernels, Random& random, Outputs& outputs) {
  const int64_t count = random.coin() ? random.size(500) : random.between(16380, 16390);
  const Floats32 floats(count);
  const Floats32 floatsOut(count);
  const ExactBuffer<int32_t> ints(count);
  const ExactBuffer<uint8_t> bytes(count);
  // Beyond what an int32 holds, and no number at all.
  random.fill(floats, -1e10f, 1e10f);
  floats[0] = std::numeric_limits<float>::quiet_NaN();
  floats[count - 1] = std::numeric_limits<float>::infinity();
  kernels.floatsToInts(count, floats.data(), ints.data());
  outputs.bits("floatsToInts", ints);
  kernels.floatsToBytes(count, floats.data(), bytes.data());
  outputs.bits("floatsToBytes", bytes);
  kernels.bytesToFloats(count, bytes.data(), floatsOut.data());
  outputs.floats("bytesToFloats", floatsOut);
  kernels.intsToFloats(count, ints.data(), floatsOut.data());
  outputs.floats("intsToFloats", floatsOut);
  kernels.intsToBytes(count, ints.data(), bytes.data());
  outputs.bits("intsToBytes", bytes);
  kernels.bytesToInts(count, bytes.data(), ints.data());
  outputs.bits("bytesToInts", ints);
}

}  // namespace

void exerciseLayout(const KernelTable& kernels, Precision, uint64_t seed, Outputs& outputs) {
  Random random(seed);
  exerciseCopy<uint8_t>(kernels.layout, random, outputs);
  exerciseCopy<uint32_t>(kernels.layout, random, outputs);
  exerciseRows(kernels.layout, random, outputs);
  exerciseCasts(kernels.layout, random, outputs);
}

}  // namespace malmoi
