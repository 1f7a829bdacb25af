// Matrix products in all transposes and the gradients of dense layers, also against float64.
#include "test/exercises.h"
#include "test/references.h"

namespace malmoi {
namespace {

struct Shape {
  int64_t rows;
  int64_t columns;
  int64_t depth;
};

/** Shapes that take each way through matrix_product.h: small, by blocks of depth, divided by depth, and any. */
Shape randomShape(Random& random) {
  switch (random.below(8)) {
    case 0: return {random.between(33, 40), random.between(600, 640), random.between(1030, 1060)};
    case 1: return {random.size(40), random.size(40), random.between(1024, 1400)};
    case 2: return {random.size(20), random.size(20), random.below(3)};
    default: return {random.size(200), random.size(130), random.size(150)};
  }
}

void exerciseMultiply(const KernelTable& kernels, Precision precision, Random& random, Outputs& outputs) {
  const Shape shape = randomShape(random);
  const bool transposeA = random.coin();
  const bool transposeB = random.coin();
  const Floats32 a(shape.rows * shape.depth);
  const Floats32 b(shape.depth * shape.columns);
  const Floats32 c(shape.rows * shape.columns);
  const Floats32 preActivation(c.size());
  const Floats32 bias(shape.columns);
  random.fill(a);
  random.fill(b);
  random.fill(bias);
  const auto activation = static_cast<Activation>(random.below(5));
  const bool saves = random.coin();
  MatrixProduct product = {shape.rows,
                           shape.columns,
                           shape.depth,
                           {a.data(), transposeA ? shape.rows : shape.depth, transposeA},
                           {b.data(), transposeB ? shape.depth : shape.columns, transposeB},
                           c.data(),
                           shape.columns,
                           random.coin() ? bias.data() : nullptr,
                           activation,
                           saves ? preActivation.data() : nullptr,
                           precision};
  kernels.matrix.multiply(product);
  outputs.floats("c", c);
  if (saves) outputs.floats("preActivation", preActivation);
  expectNear("c", c.data(), referenceProduct(product), toleranceOf(precision));
  if (!saves) return;
  product.activation = Activation::kLinear;
  expectNear("preActivation", preActivation.data(), referenceProduct(product), toleranceOf(precision));
}

void exerciseBatch(const KernelTable& kernels, Precision precision, Random& random, Outputs& outputs) {
  const Shape shape = {random.size(50), random.size(50), random.size(70)};
  const int64_t batch = random.between(1, 9);
  const bool repeatB = random.coin();
  const Floats32 a(batch * shape.rows * shape.depth);
  const Floats32 b((repeatB ? 1 : batch) * shape.depth * shape.columns);
  const Floats32 c(batch * shape.rows * shape.columns);
  random.fill(a);
  random.fill(b);
  const int64_t bStep = repeatB ? 0 : shape.depth * shape.columns;
  MatrixProduct product = {shape.rows, shape.columns, shape.depth, {a.data(), shape.depth, false},
                           {b.data(), shape.columns, false}, c.data(), shape.columns, nullptr,
                           Activation::kLinear, nullptr, precision};
  kernels.matrix.multiplyBatch(product, batch, shape.rows * shape.depth, bStep, shape.rows * shape.columns);
  outputs.floats("batch c", c);
  for (int64_t i = 0; i < batch; i++) {
    expectNear("batch c", c.data() + i * shape.rows * shape.columns, referenceProduct(product),
               toleranceOf(precision));
    product.a.data += shape.rows * shape.depth;
    product.b.data += bStep;
  }
}

}  // namespace

void exerciseMatrices(const KernelTable& kernels, Precision precision, uint64_t seed, Outputs& outputs) {
  Random random(seed);
  exerciseMultiply(kernels, precision, random, outputs);
  exerciseBatch(kernels, precision, random, outputs);
}

void exerciseDenseGradient(const KernelTable& kernels, Precision precision, uint64_t seed, Outputs& outputs) {
  Random random(seed);
  const int64_t rows = random.size(150);
  const int64_t inputs = random.size(100);
  const int64_t units = random.size(130);
  const auto activation = static_cast<Activation>(random.below(5));
  const Floats32 dy(rows * units);
  const Floats32 x(rows * inputs);
  const Floats32 weight(units * inputs);
  const Floats32 saved(rows * units);
  const Floats32 dx(x.size());
  const Floats32 dWeight(weight.size());
  const Floats32 dBias(units);
  for (const Floats32* buffer : {&dy, &x, &weight, &saved}) random.fill(*buffer);
  const bool linear = activation == Activation::kLinear;
  const bool hasBias = random.coin();
  const bool accumulates = random.coin();
  if (accumulates) random.fill(dx);
  const Floats32 before(dx.size());
  if (dx.bytes() > 0) std::memcpy(before.data(), dx.data(), dx.bytes());
  kernels.dense.gradient({rows, inputs, units, activation, precision, dy.data(), x.data(), weight.data(),
                          linear ? nullptr : saved.data(), dx.data(), dWeight.data(),
                          hasBias ? dBias.data() : nullptr, accumulates});
  outputs.floats("dx", dx);
  outputs.floats("dWeight", dWeight);
  if (hasBias) outputs.floats("dBias", dBias);
  if (!linear && activation != Activation::kRelu) return;
  const Floats32 dz(rows * units);
  for (int64_t i = 0; i < dz.size(); i++) dz[i] = linear || saved[i] > 0 ? dy[i] : 0.0f;
  const MatrixProduct forInputs = {rows, inputs, units, {dz.data(), units, false}, {weight.data(), inputs, false},
                                   before.data(), inputs, nullptr, Activation::kLinear, nullptr, precision,
                                   accumulates};
  const MatrixProduct forWeight = {units, inputs, rows, {dz.data(), units, true}, {x.data(), inputs, false},
                                   nullptr, inputs, nullptr, Activation::kLinear, nullptr, precision};
  expectNear("dx", dx.data(), referenceProduct(forInputs), toleranceOf(precision));
  expectNear("dWeight", dWeight.data(), referenceProduct(forWeight), toleranceOf(precision));
}

}  // namespace malmoi
