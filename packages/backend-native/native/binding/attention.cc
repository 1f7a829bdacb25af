// attention(batch, length, heads, headSize, precision, dropout, query, key, value, mask, context, rows, kept)
// attentionGradient(batch, length, heads, headSize, precision, dropout, query, key, value, mask, rows, kept, dContext,
//   dQuery, dKey, dValue)
#include "binding/kernel_functions.h"

namespace malmoi {
namespace {

/** Sizes of the arrays. */
struct Sizes {
  /** [batch, length, heads * headSize]. */
  int64_t hidden;
  /** [batch, heads, length, 2]. */
  int64_t rows;
  /** [batch, heads, length, keptColumns(length)]. */
  int64_t kept;
};

Sizes readInputs(Arguments& arguments, AttentionInputs& inputs) {
  inputs.batch = arguments.integer("batch");
  inputs.length = arguments.integer("length");
  inputs.heads = arguments.integer("heads", 1);
  inputs.headSize = arguments.integer("headSize");
  inputs.precision = readPrecision(arguments);
  inputs.dropout = readDropout(arguments, true);
  const int64_t scores = sizeOf(arguments, "query", {inputs.batch, inputs.heads, inputs.length, inputs.length});
  // The counter of the generator has 32 bits for four elements each.
  if (inputs.dropout.threshold > 0 && scores >= int64_t{1} << 34) {
    arguments.fail("dropout", "reaches 2^34 probabilities at most");
  }
  const Sizes sizes = {
      sizeOf(arguments, "query", {inputs.batch, inputs.length, inputs.heads, inputs.headSize}),
      sizeOf(arguments, "rows", {inputs.batch, inputs.heads, inputs.length, 2}),
      sizeOf(arguments, "kept", {inputs.batch, inputs.heads, inputs.length, keptColumns(inputs.length)}),
  };
  inputs.query = arguments.floats("query", sizes.hidden);
  inputs.key = arguments.floats("key", sizes.hidden);
  inputs.value = arguments.floats("value", sizes.hidden);
  inputs.mask = arguments.optionalFloats("mask", inputs.batch * inputs.length);
  return sizes;
}

void attention(Arguments& arguments) {
  Attention attention = {};
  const Sizes sizes = readInputs(arguments, attention.inputs);
  attention.context = arguments.floats("context", sizes.hidden);
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
  gradient.dContext = arguments.floats("dContext", sizes.hidden);
  gradient.dQuery = arguments.floats("dQuery", sizes.hidden);
  gradient.dKey = arguments.floats("dKey", sizes.hidden);
  gradient.dValue = arguments.floats("dValue", sizes.hidden);
  kernels().attention.gradient(gradient);
}

}  // namespace

void exportAttentionKernels(Napi::Env env, Napi::Object exports) {
  exportKernel(env, exports, "attention", attention);
  exportKernel(env, exports, "attentionGradient", attentionGradient);
}

}  // namespace malmoi
