// Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011) on vectors, and the dropout
// mask that @malmoi/ops defines with it (dropout-mask.ts), bit for bit.
//
// A lane of 64 bits holds one word of one counter in its lower half, where the 32 x 32 bit multiplications of the
// processor read it; whatever is in the upper half does no harm until the end.
#pragma once

#include "kernels/dropout_kernels.h"
#include "kernels/simd.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace malmoi {
namespace MALMOI_ISA {

typedef uint64_t Pairs __attribute__((vector_size(MALMOI_VECTOR_BYTES)));

/** Counters that are computed at once. */
constexpr int kCounters = kLanes / 2;
/** Random words that are made at once. */
constexpr int kRandomBlock = 4 * kCounters;

/** The 64-bit products of the lower halves of the lanes. */
MALMOI_INLINE Pairs multiplyLow(Pairs a, Pairs b) {
#if MALMOI_VECTOR_BYTES == 64
  return (Pairs)_mm512_mul_epu32((__m512i)a, (__m512i)b);
#elif MALMOI_VECTOR_BYTES == 32
  return (Pairs)_mm256_mul_epu32((__m256i)a, (__m256i)b);
#elif defined(__x86_64__)
  return (Pairs)_mm_mul_epu32((__m128i)a, (__m128i)b);
#elif defined(__aarch64__)
  return (Pairs)vmull_u32(vmovn_u64((uint64x2_t)a), vmovn_u64((uint64x2_t)b));
#else
  return (a & 0xffffffffu) * (b & 0xffffffffu);
#endif
}

/** Words in element order: four for each counter. */
struct RandomBlock {
  Pairs first;
  Pairs second;
};

/**
 * The words of the counters from `counter` on. The counters stand in such an order in the lanes that two shuffles
 * within 128 bits, which are cheap, put their words in order.
 */
MALMOI_INLINE RandomBlock randomBlock(const Dropout& key, uint64_t counter) {
#if MALMOI_VECTOR_BYTES == 64
  const Pairs offset = {0, 4, 1, 5, 2, 6, 3, 7};
#elif MALMOI_VECTOR_BYTES == 32
  const Pairs offset = {0, 2, 1, 3};
#else
  const Pairs offset = {0, 1};
#endif
  const Pairs multiplier0 = Pairs{} + 0xd2511f53u;
  const Pairs multiplier1 = Pairs{} + 0xcd9e8d57u;
  Pairs x0 = offset + counter;
  Pairs x1 = Pairs{} + key.step;
  Pairs x2 = Pairs{} + key.siteLow;
  Pairs x3 = Pairs{} + key.siteHigh;
  uint32_t key0 = key.seedLow;
  uint32_t key1 = key.seedHigh;
#pragma GCC unroll 10
  for (int round = 0; round < 10; round++) {
    const Pairs product0 = multiplyLow(x0, multiplier0);
    const Pairs product1 = multiplyLow(x2, multiplier1);
    x0 = (product1 >> 32) ^ x1 ^ (Pairs{} + key0);
    x1 = product1;
    x2 = (product0 >> 32) ^ x3 ^ (Pairs{} + key1);
    x3 = product0;
    key0 += 0x9e3779b9u;
    key1 += 0xbb67ae85u;
  }
  const Pairs words01 = (x0 & 0xffffffffu) | x1 << 32;
  const Pairs words23 = (x2 & 0xffffffffu) | x3 << 32;
#if MALMOI_VECTOR_BYTES == 64
  return {__builtin_shufflevector(words01, words23, 0, 8, 2, 10, 4, 12, 6, 14),
          __builtin_shufflevector(words01, words23, 1, 9, 3, 11, 5, 13, 7, 15)};
#elif MALMOI_VECTOR_BYTES == 32
  return {__builtin_shufflevector(words01, words23, 0, 4, 2, 6),
          __builtin_shufflevector(words01, words23, 1, 5, 3, 7)};
#else
  return {__builtin_shufflevector(words01, words23, 0, 2),
          __builtin_shufflevector(words01, words23, 1, 3)};
#endif
}

/** Elements that a buffer needs for the words of `count` elements. */
MALMOI_INLINE int64_t randomBufferSize(int64_t count) {
  return roundUp(count + kLanes + 3, kRandomBlock);
}

/**
 * The random words of elements [first, first + count), and of a vector more at least; `buffer` has
 * randomBufferSize(count) elements, and the words start at the pointer that is returned.
 */
static inline const uint32_t* randomWords(const Dropout& key, int64_t first, int64_t count, uint32_t* buffer) {
  const int64_t skipped = first & 3;
  const int64_t size = roundUp(count + kLanes + skipped, kRandomBlock);
  auto counter = static_cast<uint64_t>(first >> 2);
  for (int64_t i = 0; i < size; i += kRandomBlock, counter += kCounters) {
    const RandomBlock block = randomBlock(key, counter);
    std::memcpy(buffer + i, &block, sizeof block);
  }
  return buffer + skipped;
}

/** All bits where the elements with these words are kept, none where they are dropped. */
MALMOI_INLINE Ints keptWhere(const Dropout& dropout, const uint32_t* words) {
  Words random;
  std::memcpy(&random, words, sizeof random);
  return random >= broadcastWord(dropout.threshold);
}

/** What elements are multiplied by: the scale where they are kept, 0 elsewhere. */
MALMOI_INLINE Floats keepFactor(const Dropout& dropout, Ints kept) {
  return floatsOf(bitsOf(broadcast(dropout.scale)) & kept);
}

}  // namespace MALMOI_ISA
}  // namespace malmoi
