#include "core/cpu_features.h"

#if defined(__x86_64__) && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace malmoi {
namespace {

#if defined(__x86_64__)

/** AMX state must be asked of the kernel, once for the process (Linux 5.16). */
bool requestAmx() {
#if defined(__linux__)
  constexpr int kArchReqXcompPerm = 0x1023;
  constexpr int kTileData = 18;
  return syscall(SYS_arch_prctl, kArchReqXcompPerm, kTileData) == 0;
#else
  return false;
#endif
}

struct Cpuid {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
};

Cpuid cpuid(unsigned leaf, unsigned subleaf) {
  Cpuid result;
  asm volatile("cpuid"
               : "=a"(result.eax), "=b"(result.ebx), "=c"(result.ecx), "=d"(result.edx)
               : "a"(leaf), "c"(subleaf));
  return result;
}

/** Leaf 7: AMX-TILE is bit 24 and AMX-BF16 bit 22 of edx (Intel SDM volume 2, CPUID). */
bool hasAmxBf16() {
  const unsigned edx = cpuid(7, 0).edx;
  return (edx >> 24 & 1u) != 0 && (edx >> 22 & 1u) != 0;
}

/** Leaf 7, subleaf 1: AVX512_BF16 is bit 5 of eax. */
bool hasAvx512Bf16() { return (cpuid(7, 1).eax >> 5 & 1u) != 0; }

bool hasAvx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("fma");
}

#endif

}  // namespace

std::vector<std::string> compiledInstructionSets() {
#if defined(__x86_64__)
  return {"amx", "avx512bf16", "avx512", "avx2", "portable"};
#else
  return {"portable"};
#endif
}

std::vector<std::string> usableInstructionSets() {
  std::vector<std::string> usable;
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool avx512 = hasAvx512();
  const bool bf16 = avx512 && hasAvx512Bf16();
  if (bf16 && hasAmxBf16() && requestAmx()) usable.push_back("amx");
  if (bf16) usable.push_back("avx512bf16");
  if (avx512) usable.push_back("avx512");
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) usable.push_back("avx2");
#endif
  usable.push_back("portable");
  return usable;
}

}  // namespace malmoi
