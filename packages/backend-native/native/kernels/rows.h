// The kernels of rows.cc, which reduce.cc puts into the table.
#pragma once

#include "kernels/simd.h"

namespace malmoi {
namespace MALMOI_ISA {

void argMax(int64_t rows, int64_t count, const float* x, int32_t* out);
void softmax(int64_t rows, int64_t count, const float* x, float* out);

}  // namespace MALMOI_ISA
}  // namespace malmoi
