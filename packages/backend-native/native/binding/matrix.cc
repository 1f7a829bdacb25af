// matMul(batch, rows, columns, depth, transposeA, transposeB, repeatA, repeatB, activation, precision, a, b, c, bias,
// preActivation)
#include "binding/kernel_functions.h"

namespace malmoi {

Precision readPrecision(Arguments& arguments) {
  const auto precision = static_cast<Precision>(arguments.integer("precision", 0, 1));
  if (precision == Precision::kBfloat16 && !kernels().hasBfloat16) {
    arguments.fail("precision", std::string("must be float32: ") + kernels().name + " has no bfloat16");
  }
  return precision;
}

void* readElements(Arguments& arguments, const char* name, Precision precision, int64_t size) {
  if (precision == Precision::kBfloat16) return arguments.ints(name, size / 2);
  return arguments.floats(name, size);
}

void* optionalElements(Arguments& arguments, const char* name, Precision precision, int64_t size) {
  if (precision == Precision::kBfloat16) return arguments.optionalInts(name, size / 2);
  return arguments.optionalFloats(name, size);
}

Activation readActivation(Arguments& arguments) {
  return static_cast<Activation>(arguments.integer("activation", 0, 4));
}

namespace {

/** Sizes come first, since the arrays are checked against them. */
void matMul(Arguments& arguments) {
  const int64_t batch = arguments.integer("batch");
  const int64_t rows = arguments.integer("rows");
  const int64_t columns = arguments.integer("columns");
  const int64_t depth = arguments.integer("depth");
  const bool transposeA = arguments.boolean("transposeA");
  const bool transposeB = arguments.boolean("transposeB");
  const bool repeatA = arguments.boolean("repeatA");
  const bool repeatB = arguments.boolean("repeatB");
  const Activation activation = readActivation(arguments);
  const Precision precision = readPrecision(arguments);
  const int64_t aSize = sizeOf(arguments, "a", {rows, depth});
  const int64_t bSize = sizeOf(arguments, "b", {depth, columns});
  const int64_t cSize = sizeOf(arguments, "c", {rows, columns});
  const int64_t aWhole = sizeOf(arguments, "a", {repeatA ? 1 : batch, aSize});
  const int64_t bWhole = sizeOf(arguments, "b", {repeatB ? 1 : batch, bSize});
  const int64_t cWhole = sizeOf(arguments, "c", {batch, cSize});
  const float* a = arguments.floats("a", aWhole);
  const float* b = arguments.floats("b", bWhole);
  float* c = arguments.floats("c", cWhole);
  const float* bias = arguments.optionalFloats("bias", columns);
  float* preActivation = arguments.optionalFloats("preActivation", cSize);
  if (preActivation != nullptr && batch != 1) arguments.fail("preActivation", "needs a batch of 1");
  const MatrixProduct first = {rows,
                               columns,
                               depth,
                               {a, transposeA ? rows : depth, transposeA},
                               {b, transposeB ? depth : columns, transposeB},
                               c,
                               columns,
                               bias,
                               activation,
                               preActivation,
                               precision};
  if (batch == 1) kernels().matrix.multiply(first);
  else kernels().matrix.multiplyBatch(first, batch, repeatA ? 0 : aSize, repeatB ? 0 : bSize, cSize);
}

}  // namespace

void exportMatrixKernels(Napi::Env env, Napi::Object exports) { exportKernel(env, exports, "matMul", matMul); }

}  // namespace malmoi
