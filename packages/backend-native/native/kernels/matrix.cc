// Matrix products: the entry points of matrix_product.h in the kernel table.
#include "kernels/kernel_sets.h"
#include "kernels/engines.h"
#include "kernels/matrix_product.h"

namespace malmoi {
namespace MALMOI_ISA {
namespace {

void multiply(const MatrixProduct& product) {
  if (product.precision == Precision::kBfloat16) multiplyWith<Bfloat16Engine>(product);
  else multiplyWith<FloatEngine>(product);
}

void multiplyBatch(const MatrixProduct& first, int64_t batch, int64_t aStep, int64_t bStep, int64_t cStep) {
  const auto at = [&](int64_t index) {
    MatrixProduct product = first;
    product.a.data += index * aStep;
    product.b.data += index * bStep;
    product.c += index * cStep;
    return product;
  };
  // Large products are spread over the threads one by one, small ones as wholes.
  constexpr int64_t kLarge = int64_t{1} << 22;
  if (batch < 4 || first.rows * first.columns * first.depth > kLarge) {
    for (int64_t index = 0; index < batch; index++) multiply(at(index));
    return;
  }
  parallelFor(batch, [&](int64_t index) {
    if (first.precision == Precision::kBfloat16) multiplySerially<Bfloat16Engine>(at(index));
    else multiplySerially<FloatEngine>(at(index));
  });
}

}  // namespace

const MatrixKernels kMatrixKernels = {multiply, multiplyBatch};

}  // namespace MALMOI_ISA
}  // namespace malmoi
