// The activations that are fused into a dense layer, as the binding numbers them.
#pragma once

#include <cstdint>

namespace malmoi {

enum class Activation : int32_t { kLinear = 0, kGelu = 1, kGeluTanh = 2, kRelu = 3, kTanh = 4 };

}  // namespace malmoi
