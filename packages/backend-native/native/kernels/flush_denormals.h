// Has results below the smallest normal number, 1.2e-38, and such operands taken as 0 by this thread while in scope.
// The moments of words that are not read for long shrink by a tenth in each step until they get there, and
// arithmetic on such numbers is slow on many processors, forever after.
#pragma once

#include "kernels/vector_loop.h"

namespace malmoi {
namespace MALMOI_ISA {

class FlushDenormals {
 public:
#if defined(__x86_64__)
  MALMOI_ALWAYS_INLINE FlushDenormals() : saved_(__builtin_ia32_stmxcsr()) {
    constexpr unsigned kFlushToZero = 1u << 15;
    constexpr unsigned kDenormalsAreZero = 1u << 6;
    __builtin_ia32_ldmxcsr(saved_ | kFlushToZero | kDenormalsAreZero);
  }
  MALMOI_ALWAYS_INLINE ~FlushDenormals() { __builtin_ia32_ldmxcsr(saved_); }

 private:
  unsigned saved_;
#elif defined(__aarch64__)
  MALMOI_ALWAYS_INLINE FlushDenormals() {
    constexpr uint64_t kFlushToZero = uint64_t{1} << 24;
    asm volatile("mrs %0, fpcr" : "=r"(saved_));
    asm volatile("msr fpcr, %0" ::"r"(saved_ | kFlushToZero) : "memory");
  }
  MALMOI_ALWAYS_INLINE ~FlushDenormals() { asm volatile("msr fpcr, %0" ::"r"(saved_) : "memory"); }

 private:
  uint64_t saved_;
#endif
};

}  // namespace MALMOI_ISA
}  // namespace malmoi
