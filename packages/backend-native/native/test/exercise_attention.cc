// Attention and its gradient, with and without a mask and dropout; without dropout also against float64.
#include "test/exercises.h"
#include "test/references.h"

namespace malmoi {
namespace {

/** The arguments of an attention that own their memory. */
struct Arrays {
  Floats32 query;
  Floats32 key;
  Floats32 value;
  Floats32 mask;
  Floats32 rows;
  ExactBuffer<int8_t> kept;

  explicit Arrays(const AttentionInputs& inputs)
      : query(inputs.batch * inputs.queries * inputs.heads * inputs.headSize),
        key(inputs.batch * inputs.length * inputs.heads * inputs.headSize),
        value(key.size()),
        mask(inputs.batch * inputs.length),
        rows(inputs.batch * inputs.heads * inputs.queries * 2),
        kept(inputs.batch * inputs.heads * inputs.queries * keptColumns(inputs.length)) {}
};

void compareGradient(const AttentionInputs& inputs, const float* dContext, const AttentionGradient& gradient) {
  const AttentionReference want = referenceAttentionGradient(inputs, dContext);
  const double tolerance = toleranceOf(inputs.precision);
  expectNear("dQuery", gradient.dQuery, want.dQuery, tolerance);
  expectNear("dKey", gradient.dKey, want.dKey, tolerance);
  expectNear("dValue", gradient.dValue, want.dValue, tolerance);
}

}  // namespace

void exerciseAttention(const KernelTable& kernels, Precision precision, uint64_t seed, Outputs& outputs) {
  Random random(seed);
  AttentionInputs inputs = {};
  inputs.batch = random.between(1, 2);
  inputs.heads = random.between(1, 3);
  // Beyond 192 the queries are taken in blocks.
  inputs.length = random.below(6) == 0 ? random.between(193, 210) : random.size(80);
  inputs.queries = random.coin() ? inputs.length : random.size(80);
  // A head of one number has gradients that are differences of near equals.
  inputs.headSize = 3 + random.size(40);
  inputs.precision = precision;
  inputs.dropout = randomDropout(random, random.coin());
  const Arrays arrays(inputs);
  for (const Floats32* buffer : {&arrays.query, &arrays.key, &arrays.value}) random.fill(*buffer, -2.0f, 2.0f);
  // The first sequence may be masked throughout.
  const int64_t masked = random.below(inputs.length + 1);
  for (int64_t i = 0; i < arrays.mask.size(); i++) arrays.mask[i] = i < masked ? 0.0f : 1.0f;
  inputs.query = arrays.query.data();
  inputs.key = arrays.key.data();
  inputs.value = arrays.value.data();
  inputs.mask = random.coin() ? arrays.mask.data() : nullptr;
  const bool dropout = inputs.dropout.threshold > 0;
  const AttentionSaved saved = {arrays.rows.data(), dropout ? arrays.kept.data() : nullptr};

  const Floats32 context(arrays.query.size());
  kernels.attention.forward({inputs, saved, context.data()});
  outputs.floats("context", context);
  outputs.floats("rows", arrays.rows);
  if (dropout) outputs.bits("kept", arrays.kept);
  else expectNear("context", context.data(), referenceContext(inputs), toleranceOf(precision));
  const Floats32 unsaved(arrays.query.size());
  kernels.attention.forward({inputs, {nullptr, nullptr}, unsaved.data()});
  expect(std::memcmp(unsaved.data(), context.data(), context.bytes()) == 0, "the context depends on what is saved");

  const Floats32 dContext(context.size());
  const Floats32 dQuery(context.size());
  const Floats32 dKey(arrays.key.size());
  const Floats32 dValue(arrays.key.size());
  random.fill(dContext);
  const AttentionGradient gradient = {inputs, saved, dContext.data(), dQuery.data(), dKey.data(), dValue.data()};
  kernels.attention.gradient(gradient);
  outputs.floats("dQuery", dQuery);
  outputs.floats("dKey", dKey);
  outputs.floats("dValue", dValue);
  // One key that can be read has a probability of 1, and the gradient of its scores is rounding alone.
  if (!dropout && inputs.length > 2 && (inputs.mask == nullptr || masked + 2 < inputs.length)) {
    compareGradient(inputs, dContext.data(), gradient);
  }
}

}  // namespace malmoi
