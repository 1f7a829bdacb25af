// The layout kernels of this instruction set; each group has a file of its own.
#pragma once

#include "kernels/layout_kernels.h"
#include "kernels/simd.h"

namespace malmoi {
namespace MALMOI_ISA {

// strided_copy.cc
void copyStrided(const CopyAxes& axes, int64_t elementBytes, const void* from, void* to);

// row_lookup.cc
void gatherRows(int64_t outer, int64_t rows, int64_t bytes, int64_t count, const int32_t* indices, const void* from,
                void* to);
void addToRows(int64_t rows, int64_t width, int64_t count, const int32_t* rowOf, const float* from, float* to);

}  // namespace MALMOI_ISA
}  // namespace malmoi
