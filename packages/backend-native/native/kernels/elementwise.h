// The element-wise kernels of this instruction set; each group has a file of its own.
#pragma once

#include "kernels/elementwise_kernels.h"
#include "kernels/simd.h"

namespace malmoi {
namespace MALMOI_ISA {

// binary.cc
void binaryFloats(BinaryOp op, const BroadcastAxes& axes, const float* a, const float* b, float* out);
void binaryInts(BinaryOp op, const BroadcastAxes& axes, const int32_t* a, const int32_t* b, int32_t* out);
void addAll(int64_t terms, int64_t count, const float* const* inputs, float* out);
void selectWords(int64_t count, const uint8_t* condition, const uint32_t* a, const uint32_t* b, uint32_t* out);

// compare.cc
void compareFloats(CompareOp op, const BroadcastAxes& axes, const float* a, const float* b, uint8_t* out);
void compareInts(CompareOp op, const BroadcastAxes& axes, const int32_t* a, const int32_t* b, uint8_t* out);
void compareBytes(CompareOp op, const BroadcastAxes& axes, const uint8_t* a, const uint8_t* b, uint8_t* out);

// unary.cc
void unary(UnaryOp op, int64_t count, float first, float second, const float* x, float* out);

}  // namespace MALMOI_ISA
}  // namespace malmoi
