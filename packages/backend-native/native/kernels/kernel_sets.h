// The parts of this instruction set's kernel table, each defined in a file of its own.
#pragma once

#include "kernels/kernel_table.h"

namespace malmoi {
namespace MALMOI_ISA {

extern const MatrixKernels kMatrixKernels;
extern const DenseKernels kDenseKernels;
extern const DropoutKernels kDropoutKernels;

}  // namespace MALMOI_ISA
}  // namespace malmoi
