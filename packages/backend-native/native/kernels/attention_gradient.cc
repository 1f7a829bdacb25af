// The gradients of attention. Probabilities are computed again from the scores, which costs no more than reading
// them from memory would. With p the probabilities, f the factors of dropout and dp = f * (dContext value^T):
// dscores = p * (dp - sum of dp * p over the keys).
#include "kernels/attention_head.h"
#include "kernels/engines.h"

namespace malmoi {
namespace MALMOI_ISA {
namespace {

typedef int8_t Bytes __attribute__((vector_size(kLanes)));

/** Scratch memory for a block of queries; rows of `stride` elements. */
struct Block {
  /** First query and number of queries. */
  int64_t first;
  int64_t count;
  int64_t stride;
  /** Scores, then dropped probabilities. */
  float* weights;
  /** dContext value^T, then the gradient of the scores. */
  float* dScores;
};

/** A head's keys and values, packed for every block of queries. */
template <typename Engine>
struct PackedHead {
  /** key^T and value^T [headSize, length], key [length, headSize]. */
  ColumnPanels<Engine> keysAcross;
  ColumnPanels<Engine> valuesAcross;
  ColumnPanels<Engine> keys;
};

/** What dropout multiplies the probabilities of the keys from i on by. */
MALMOI_INLINE Floats keptFactor(const Dropout& dropout, const int8_t* kept) {
  if (kept == nullptr) return broadcast(1.0f);
  Bytes bytes;
  memcpy(&bytes, kept, sizeof bytes);
  return keepFactor(dropout, __builtin_convertvector(bytes, Ints));
}

/** One query of a block: scores become dropped probabilities, dScores what they are named for. */
MALMOI_INLINE void differentiateRow(const AttentionGradient& gradient, const int32_t* readable, int64_t index,
                                    float* weights, float* dScores) {
  const AttentionInputs& inputs = gradient.inputs;
  const int8_t* kept =
      inputs.dropout.threshold == 0 ? nullptr : gradient.saved.kept + index * keptColumns(inputs.length);
  const float peak = gradient.saved.rows[2 * index];
  const float factor = gradient.saved.rows[2 * index + 1];
  Floats sums = {};
  for (int64_t i = 0; i < inputs.length; i += kLanes) {
    const Floats exponentials = exponentialOfNegative(load(weights + i) - peak);
    const Floats probabilities = masked(exponentials * factor, loadInts(readable + i));
    const Floats dropped = keptFactor(inputs.dropout, kept == nullptr ? nullptr : kept + i);
    const Floats dProbabilities = load(dScores + i) * dropped;
    sums += dProbabilities * probabilities;
    store(weights + i, probabilities);
    store(dScores + i, dProbabilities);
  }
  const float sum = sumLanes(sums);
  for (int64_t i = 0; i < inputs.length; i += kLanes) {
    const Floats probabilities = load(weights + i);
    store(dScores + i, probabilities * (load(dScores + i) - sum));
    if (kept != nullptr) store(weights + i, probabilities * keptFactor(inputs.dropout, kept + i));
  }
}

/** The gradients of one block's queries, and what it adds to those of the keys and values. */
template <typename Engine>
void takeBlock(const AttentionGradient& gradient, const Head& head, const PackedHead<Engine>& packed,
               const int32_t* readable, const Block& block) {
  const AttentionInputs& inputs = gradient.inputs;
  const int64_t size = inputs.headSize;
  const bool accumulate = block.first > 0;
  Scratch scratch;
  const MatrixView scaled = scaledQueries(scratch, inputs, head, block.first, block.count);
  {
    Scratch own;
    const RowPanels<Engine> queries(own, block.count, size);
    packPanels<Engine>(queries, scaled, 0, block.count);
    multiplyPanels<Engine>(queries, packed.keysAcross, 0, block.count, block.weights, block.stride, false, true);
    packPanels<Engine>(queries, head.ofQueries(gradient.dContext, block.first), 0, block.count);
    multiplyPanels<Engine>(queries, packed.valuesAcross, 0, block.count, block.dScores, block.stride, false, true);
  }
  for (int64_t i = 0; i < block.count; i++) {
    differentiateRow(gradient, readable, head.row + block.first + i, block.weights + i * block.stride,
                     block.dScores + i * block.stride);
  }
  const RowPanels<Engine> rows(scratch, block.count, inputs.length);
  packPanels<Engine>(rows, {block.dScores, block.stride, false}, 0, block.count);
  float* dQuery = gradient.dQuery + head.queryOffset + block.first * head.hidden;
  multiplyPanels<Engine>(rows, packed.keys, 0, block.count, dQuery, head.hidden, false, false);
  scaleRows(dQuery, head.hidden, scoreScale(inputs), block.count, size, dQuery, head.hidden);
  const RowPanels<Engine> columns(scratch, inputs.length, block.count);
  const ColumnPanels<Engine> right(scratch, size, block.count);
  packPanels<Engine>(columns, {block.dScores, block.stride, true}, 0, inputs.length);
  packColumnPanels<Engine>(right, scaled);
  multiplyPanels<Engine>(columns, right, 0, inputs.length, gradient.dKey + head.keyOffset, head.hidden, accumulate,
                         false);
  packPanels<Engine>(columns, {block.weights, block.stride, true}, 0, inputs.length);
  packColumnPanels<Engine>(right, head.ofQueries(gradient.dContext, block.first));
  multiplyPanels<Engine>(columns, right, 0, inputs.length, gradient.dValue + head.keyOffset, head.hidden, accumulate,
                         false);
}

template <typename Engine>
void differentiateHead(const AttentionGradient& gradient, const Head& head) {
  const AttentionInputs& inputs = gradient.inputs;
  const int64_t length = inputs.length;
  const int64_t stride = roundUp(length, Engine::kColumns);
  const int64_t queries = smaller(queryBlock(length), inputs.queries);
  Scratch scratch;
  const int32_t* readable = readableKeys(scratch, inputs, head.sequence);
  float* weights = scratch.floats(roundUp(queries, Engine::kRows) * stride);
  float* dScores = scratch.floats(roundUp(queries, Engine::kRows) * stride);
  const PackedHead<Engine> packed = {{scratch, length, inputs.headSize},
                                     {scratch, length, inputs.headSize},
                                     {scratch, inputs.headSize, length}};
  Engine::begin();
  packColumnPanels<Engine>(packed.keysAcross, head.ofKeys(inputs.key, true));
  packColumnPanels<Engine>(packed.valuesAcross, head.ofKeys(inputs.value, true));
  packColumnPanels<Engine>(packed.keys, head.ofKeys(inputs.key));
  for (int64_t first = 0; first < inputs.queries; first += queries) {
    takeBlock<Engine>(gradient, head, packed, readable,
                      {first, smaller(queries, inputs.queries - first), stride, weights, dScores});
  }
  Engine::end();
}

template <typename Engine>
void differentiateWith(const AttentionGradient& gradient) {
  const AttentionInputs& inputs = gradient.inputs;
  const int64_t heads = inputs.batch * inputs.heads;
  if (inputs.queries == 0) {
    const auto bytes = static_cast<size_t>(heads * inputs.length * inputs.headSize) * sizeof(float);
    memset(gradient.dKey, 0, bytes);
    memset(gradient.dValue, 0, bytes);
    return;
  }
  const int64_t multiplications = 5 * heads * inputs.queries * inputs.length * inputs.headSize;
  forEachTask(heads, multiplications,
              [&](int64_t task) { differentiateHead<Engine>(gradient, Head(inputs, task)); });
}

}  // namespace

void attentionGradient(const AttentionGradient& gradient) {
  if (gradient.inputs.precision == Precision::kBfloat16) differentiateWith<Bfloat16Engine>(gradient);
  else differentiateWith<FloatEngine>(gradient);
}

}  // namespace MALMOI_ISA
}  // namespace malmoi
