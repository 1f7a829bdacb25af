// Rows of a table read by their numbers, and rows added to a table.
#include "core/thread_pool.h"
#include "kernels/layout.h"

namespace malmoi {
namespace MALMOI_ISA {
namespace {

/** Bytes that a task moves. */
constexpr int64_t kLookupTaskBytes = int64_t{1} << 16;
/** A task reads all row numbers, so there are not many tasks. */
constexpr int64_t kMostRanges = 16;

}  // namespace

void gatherRows(int64_t outer, int64_t rows, int64_t bytes, int64_t count, const int32_t* indices, const void* from,
                void* to) {
  const auto* source = static_cast<const char*>(from);
  auto* target = static_cast<char*>(to);
  const int64_t all = outer * count;
  const int64_t perTask = larger<int64_t>(1, kLookupTaskBytes / bytes);
  parallelFor(divideUp(all, perTask), [&](int64_t task) {
    const int64_t end = smaller((task + 1) * perTask, all);
    for (int64_t row = task * perTask; row < end; row++) {
      const int64_t index = row / count * rows + indices[row % count];
      std::memcpy(target + row * bytes, source + index * bytes, static_cast<size_t>(bytes));
    }
  });
}

void addToRows(int64_t rows, int64_t width, int64_t count, const int32_t* rowOf, const float* from, float* to) {
  // Each task has a range of the table to itself, so rows are added in their order and by one thread.
  const int64_t wanted = (rows + count) * width * static_cast<int64_t>(sizeof(float)) / kLookupTaskBytes;
  const int64_t perTask = divideUp(rows, larger<int64_t>(1, smaller(wanted, kMostRanges)));
  parallelFor(divideUp(rows, perTask), [&](int64_t task) {
    const int64_t begin = task * perTask;
    const int64_t end = smaller(begin + perTask, rows);
    std::memset(to + begin * width, 0, static_cast<size_t>((end - begin) * width) * sizeof(float));
    for (int64_t i = 0; i < count; i++) {
      const int64_t row = rowOf[i];
      if (row < begin || row >= end) continue;
      float* __restrict sum = to + row * width;
      const float* __restrict term = from + i * width;
      for (int64_t j = 0; j < width; j++) sum[j] += term[j];
    }
  });
}

}  // namespace MALMOI_ISA
}  // namespace malmoi
