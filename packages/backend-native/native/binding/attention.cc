// attention(batch, queries, length, heads, headSize, precision, dropout, query, key, value, mask, context, rows, kept)
// attentionGradient(batch, queries, length, heads, headSize, precision, dropout, query, key, value, mask, rows, kept, dContext,
//   dQuery, dKey, dValue)
#include "binding/kernel_functions.h"

namespace malmoi {
namespace {

/** Sizes of the arrays. */
struct Sizes {
  /** [batch, queries, heads * headSize]. */
  int64_t query;
  /** [batch, length, heads * headSize]. */
  int64_t key;
  /** [batch, heads, queries, 2]. */
  int64_t rows;
  /** [batch, heads, queries, keptColumns(length)]. */
  int64_t kept;
};

Sizes readInputs(Arguments& arguments, AttentionInputs& inputs) {
  inputs.batch = arguments.integer("batch");
  inputs.queries = arguments.integer("queries");
  inputs.length = arguments.integer("length");
  inputs.heads = arguments.integer("heads", 1);
  inputs.headSize = arguments.integer("headSize");
  inputs.precision = readPrecision(arguments);
  inputs.dropout = readDropout(arguments, true);
  const int64_t scores = sizeOf(arguments, "query", {inputs.batch, inputs.heads, inputs.queries, inputs.length});
  // The counter of the generator has 32 bits for four elements each.
  if (inputs.dropout.threshold > 0 && scores >= int64_t{1} << 34) {
    arguments.fail("dropout", "reaches 2^34 probabilities at most");
  }
  const Sizes sizes = {
      sizeOf(arguments, "query", {inputs.batch, inputs.queries, inputs.heads, inputs.headSize}),
      sizeOf(arguments, "key", {inputs.batch, inputs.length, inputs.heads, inputs.headSize}),
      sizeOf(arguments, "rows", {inputs.batch, inputs.heads, inputs.queries, 2}),
      sizeOf(arguments, "kept", {inputs.batch, inputs.heads, inputs.queries, keptColumns(inputs.length)}),
  };
  inputs.query = arguments.floats("query", sizes.query);
  inputs.key = arguments.floats("key", sizes.key);
  inputs.value = arguments.floats("value", sizes.key);
  inputs.mask = arguments.optionalFloats("mask", inputs.batch * inputs.length);
  return sizes;
}

void attention(Arguments& arguments) {
  Attention attention = {};
  const Sizes sizes = readInputs(arguments, attention.inputs);
  attention.context = arguments.floats("context", sizes.query);
  attention.saved.rows = arguments.optionalFloats("rows", sizes.rows);
  attention.saved.kept = reinterpret_cast<int8_t*>(arguments.optionalBytes("kept", sizes.kept));
  kernels().attention.forward(attention);
}

void attentionGradient(Arguments& arguments) {
  AttentionGradient gradient = {};
  const Sizes sizes = readInputs(arguments, gradient.inputs);
  gradient.saved.rows = arguments.floats("rows", sizes.rows);
  gradient.saved.kept = gradient.inputs.dropout.threshold == 0
                            ? reinterpret_cast<int8_t*>(arguments.optionalBytes("kept", sizes.kept))
                            : reinterpret_cast<int8_t*>(arguments.bytes("kept", sizes.kept));
  gradient.dContext = arguments.floats("dContext", sizes.query);
  gradient.dQuery = arguments.floats("dQuery", sizes.query);
  gradient.dKey = arguments.floats("dKey", sizes.key);
  gradient.dValue = arguments.floats("dValue", sizes.key);
  kernels().attention.gradient(gradient);
}

}  // namespace

void exportAttentionKernels(Napi::Env env, Napi::Object exports) {
  exportKernel(env, exports, "attention", attention);
  exportKernel(env, exports, "attentionGradient", attentionGradient);
}

}  // namespace malmoi
