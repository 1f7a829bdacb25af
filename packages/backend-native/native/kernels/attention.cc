// Attention forward: scores, softmax, dropout and context of one head at a time, in the thread's scratch memory.
#include "kernels/attention_head.h"
#include "kernels/engines.h"

namespace malmoi {
namespace MALMOI_ISA {
namespace {

constexpr float kLowest = -3.4028234663852886e38f;
typedef int8_t Bytes __attribute__((vector_size(kLanes)));

/** What the softmax of a query's scores needs beside the scores. */
struct Row {
  const AttentionInputs& inputs;
  const int32_t* readable;
  /** Where the query is in arrays [batch, heads, queries, ...]. */
  int64_t index;
  /** Of randomBufferSize(length) words. */
  uint32_t* words;
  const AttentionSaved& saved;
};

MALMOI_INLINE float largestScore(const float* scores, const Row& row) {
  Floats peak = broadcast(kLowest);
  for (int64_t i = 0; i < row.inputs.length; i += kLanes) {
    const Floats score = load(scores + i);
    peak = maximum(select(loadInts(row.readable + i), score, broadcast(kLowest)), peak);
  }
  return maxLanes(peak);
}

/** Zeroes what dropout drops and scales the rest. */
MALMOI_INLINE void dropProbabilities(float* values, const Row& row) {
  const int64_t length = row.inputs.length;
  const Dropout& dropout = row.inputs.dropout;
  const uint32_t* words = randomWords(dropout, row.index * length, length, row.words);
  int8_t* bytes = row.saved.kept == nullptr ? nullptr : row.saved.kept + row.index * keptColumns(length);
  for (int64_t i = 0; i < length; i += kLanes) {
    const Ints kept = keptWhere(dropout, words + i);
    store(values + i, load(values + i) * keepFactor(dropout, kept));
    if (bytes == nullptr) continue;
    const Bytes narrow = __builtin_convertvector(kept, Bytes);
    memcpy(bytes + i, &narrow, sizeof narrow);
  }
}

/**
 * Replaces scores by e^(score - largest), 0 where masked, and by dropout. Returns what makes them probabilities:
 * the sum is at least 1 unless all is masked.
 */
MALMOI_INLINE float softmaxRow(float* scores, const Row& row) {
  const float peak = largestScore(scores, row);
  Floats sums = {};
  for (int64_t i = 0; i < row.inputs.length; i += kLanes) {
    const Floats value = masked(exponentialOfNegative(load(scores + i) - peak), loadInts(row.readable + i));
    sums += value;
    store(scores + i, value);
  }
  const float sum = sumLanes(sums);
  const float factor = 1.0f / (sum < 1.0f ? 1.0f : sum);
  if (row.saved.rows != nullptr) {
    row.saved.rows[2 * row.index] = peak;
    row.saved.rows[2 * row.index + 1] = factor;
  }
  if (row.inputs.dropout.threshold > 0) dropProbabilities(scores, row);
  return factor;
}

/** The context of queries [from, to) of one head. */
template <typename Engine>
void attendFrom(const Attention& attention, const Head& head, int64_t from, int64_t to) {
  const AttentionInputs& inputs = attention.inputs;
  const int64_t length = inputs.length;
  const int64_t stride = roundUp(length, Engine::kColumns);
  const int64_t block = queryBlock(length);
  Scratch scratch;
  const int32_t* readable = readableKeys(scratch, inputs, head.sequence);
  auto* words = static_cast<uint32_t*>(scratch.bytes(static_cast<size_t>(randomBufferSize(length)) * 4));
  float* scores = scratch.floats(roundUp(block, Engine::kRows) * stride);
  float* factors = scratch.floats(block);
  const ColumnPanels<Engine> keys(scratch, length, inputs.headSize);
  const ColumnPanels<Engine> values(scratch, inputs.headSize, length);
  Engine::begin();
  packColumnPanels<Engine>(keys, head.ofKeys(inputs.key, true));
  packColumnPanels<Engine>(values, head.ofKeys(inputs.value));
  for (int64_t first = from; first < to; first += block) {
    const int64_t count = smaller(block, to - first);
    Scratch packed;
    const RowPanels<Engine> queries(packed, count, inputs.headSize);
    packPanels<Engine>(queries, scaledQueries(packed, inputs, head, first, count), 0, count);
    multiplyPanels<Engine>(queries, keys, 0, count, scores, stride, false, true);
    for (int64_t i = 0; i < count; i++) {
      const int64_t index = head.row + first + i;
      factors[i] = softmaxRow(scores + i * stride, {inputs, readable, index, words, attention.saved});
    }
    const RowPanels<Engine> weights(packed, count, length);
    packPanels<Engine>(weights, {scores, stride, false}, 0, count);
    float* context = attention.context + head.queryOffset + first * head.hidden;
    multiplyPanels<Engine>(weights, values, 0, count, context, head.hidden, false, false);
    for (int64_t i = 0; i < count; i++) {
      float* row = context + i * head.hidden;
      scaleRows(row, 0, factors[i], 1, inputs.headSize, row, 0);
    }
  }
  Engine::end();
}

/** A task for each head; few heads are divided into ranges of queries. */
template <typename Engine>
void attendWith(const Attention& attention) {
  constexpr int64_t kFewTasks = 8;
  constexpr int64_t kFewQueries = 48;
  const AttentionInputs& inputs = attention.inputs;
  const int64_t heads = inputs.batch * inputs.heads;
  if (heads * inputs.queries == 0) return;
  const int64_t wanted = divideUp(kFewTasks, heads);
  const int64_t queries = larger(kFewQueries, divideUp(inputs.queries, wanted));
  const int64_t ranges = divideUp(inputs.queries, queries);
  const int64_t multiplications = 2 * heads * inputs.queries * inputs.length * inputs.headSize;
  forEachTask(heads * ranges, multiplications, [&](int64_t task) {
    const int64_t from = task % ranges * queries;
    attendFrom<Engine>(attention, Head(inputs, task / ranges), from, smaller(inputs.queries, from + queries));
  });
}

void attend(const Attention& attention) {
  if (attention.inputs.precision == Precision::kBfloat16) attendWith<Bfloat16Engine>(attention);
  else attendWith<FloatEngine>(attention);
}

}  // namespace

const AttentionKernels kAttentionKernels = {attend, attentionGradient};

}  // namespace MALMOI_ISA
}  // namespace malmoi
