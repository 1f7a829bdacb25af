// What matrix products compute in.
#pragma once

#include <cstdint>

namespace malmoi {

/** Accumulation and storage are float32 in both. */
enum class Precision : int32_t { kFloat32 = 0, kBfloat16 = 1 };

}  // namespace malmoi
