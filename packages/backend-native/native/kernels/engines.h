// The engines of the instruction set that is being compiled for.
#pragma once

#include "kernels/float_engine.h"

#if defined(MALMOI_AMX)
#include "kernels/amx_engine.h"
#elif defined(MALMOI_BF16)
#include "kernels/bfloat16_engine.h"
#endif

namespace malmoi {
namespace MALMOI_ISA {

#if defined(MALMOI_AMX)
constexpr bool kHasBfloat16 = true;
using Bfloat16Engine = TileEngine;
#elif defined(MALMOI_BF16)
constexpr bool kHasBfloat16 = true;
using Bfloat16Engine = DotProductEngine;
#else
constexpr bool kHasBfloat16 = false;
// Never selected: the binding refuses bfloat16 where kHasBfloat16 is false.
using Bfloat16Engine = FloatEngine;
#endif

}  // namespace MALMOI_ISA
}  // namespace malmoi
