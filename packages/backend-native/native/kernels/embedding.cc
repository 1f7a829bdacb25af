// Embedding lookup, a sum of rows of up to three tables, and its gradients.
#include "core/thread_pool.h"
#include "kernels/kernel_sets.h"
#include "kernels/vector_loop.h"

namespace malmoi {
namespace MALMOI_ISA {
namespace {

/** Elements of an array that a task writes: 64 KB. */
constexpr int64_t kTaskElements = 16384;
/** Tokens between the request of a row that may be anywhere in memory and its use. */
constexpr int64_t kAhead = 4;
/** Elements of a cache line. */
constexpr int64_t kLine = 16;

template <int kTables>
void lookUpIn(const EmbeddingLookup& lookup) {
  const int64_t hidden = lookup.hidden;
  const int64_t taskTokens = larger<int64_t>(1, kTaskElements / hidden);
  const EmbeddingTable& words = lookup.table[0];
  parallelFor(divideUp(lookup.tokens, taskTokens), [&](int64_t task) {
    for (int64_t token = task * taskTokens; token < smaller(lookup.tokens, (task + 1) * taskTokens); token++) {
      if (token + kAhead < lookup.tokens) {
        const float* later = words.rows + words.ids[token + kAhead] * hidden;
        for (int64_t i = 0; i < hidden; i += kLine) __builtin_prefetch(later + i);
      }
      const float* rows[kTables];
      for (int each = 0; each < kTables; each++) {
        rows[each] = lookup.table[each].rows + lookup.table[each].ids[token] * hidden;
      }
      float* sums = lookup.sum + token * hidden;
      forEachVector(hidden, [&](int64_t i, auto piece) MALMOI_ALWAYS_INLINE {
        Floats sum = piece.load(rows[0] + i);
        for (int each = 1; each < kTables; each++) sum += piece.load(rows[each] + i);
        piece.store(sums + i, sum);
      });
    }
  });
}

void lookup(const EmbeddingLookup& lookup) {
  if (lookup.hidden == 0) return;
  if (lookup.tables == 1) lookUpIn<1>(lookup);
  else if (lookup.tables == 2) lookUpIn<2>(lookup);
  else lookUpIn<3>(lookup);
}

void clear(float* values, int64_t size) {
  parallelFor(divideUp(size, kTaskElements), [&](int64_t task) {
    const int64_t first = task * kTaskElements;
    std::memset(values + first, 0, static_cast<size_t>(smaller(kTaskElements, size - first)) * sizeof(float));
  });
}

/**
 * Each task adds some columns of all tokens to all tables, in the order of the tokens: dy is read once, and no two
 * tasks write to the same element, however often a word occurs.
 */
void gradient(const EmbeddingGradient& g) {
  const int64_t hidden = g.hidden;
  for (int i = 0; i < g.tables; i++) clear(g.table[i].gradient, g.table[i].count * hidden);
  constexpr int64_t kColumns = 64;
  parallelFor(divideUp(hidden, kColumns), [&](int64_t task) {
    const int64_t first = task * kColumns;
    const int64_t columns = smaller(kColumns, hidden - first);
    const EmbeddingTableGradient& words = g.table[0];
    for (int64_t token = 0; token < g.tokens; token++) {
      const float* dy = g.dy + token * hidden + first;
      if (token + kAhead < g.tokens) {
        const float* later = words.gradient + words.ids[token + kAhead] * hidden + first;
        for (int64_t i = 0; i < columns; i += kLine) {
          __builtin_prefetch(dy + kAhead * hidden + i);
          __builtin_prefetch(later + i, 1);
        }
      }
      for (int each = 0; each < g.tables; each++) {
        const EmbeddingTableGradient& table = g.table[each];
        if (table.ids[token] == table.paddingId) continue;
        float* row = table.gradient + table.ids[token] * hidden + first;
        forEachVector(columns, [&](int64_t i, auto piece) MALMOI_ALWAYS_INLINE {
          piece.store(row + i, piece.load(row + i) + piece.load(dy + i));
        });
      }
    }
  });
}

}  // namespace

const EmbeddingKernels kEmbeddingKernels = {lookup, gradient};

}  // namespace MALMOI_ISA
}  // namespace malmoi
