// Vectors of float32 and int32 as wide as the instruction set that this file is compiled for, written with the
// vector extensions of GCC and Clang so that one source serves them all. MALMOI_ISA names the namespace and
// MALMOI_VECTOR_BYTES the width; the build compiles every kernel file once for each instruction set.
//
// Nothing with external linkage may be instantiated from the standard library here: the linker would keep one
// copy for the whole addon, perhaps the one compiled for a processor that is not there.
#pragma once

#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#if !defined(MALMOI_ISA) || !defined(MALMOI_VECTOR_BYTES)
#error "kernels are compiled for an instruction set: define MALMOI_ISA and MALMOI_VECTOR_BYTES"
#endif

#define MALMOI_ALWAYS_INLINE __attribute__((always_inline))
#define MALMOI_INLINE static inline MALMOI_ALWAYS_INLINE

namespace malmoi {
namespace MALMOI_ISA {

/** Number of float32 in a vector. */
constexpr int kLanes = MALMOI_VECTOR_BYTES / 4;

typedef float Floats __attribute__((vector_size(MALMOI_VECTOR_BYTES)));
typedef int32_t Ints __attribute__((vector_size(MALMOI_VECTOR_BYTES)));
typedef uint32_t Words __attribute__((vector_size(MALMOI_VECTOR_BYTES)));

MALMOI_INLINE Floats broadcast(float value) { return value - Floats{}; }
MALMOI_INLINE Ints broadcastInt(int32_t value) { return value - Ints{}; }
MALMOI_INLINE Words broadcastWord(uint32_t value) { return value - Words{}; }

/** Loads from any address. */
MALMOI_INLINE Floats load(const float* from) {
  Floats value;
  std::memcpy(&value, from, sizeof value);
  return value;
}
MALMOI_INLINE Ints loadInts(const int32_t* from) {
  Ints value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

/** Stores to any address. */
MALMOI_INLINE void store(float* to, Floats value) { std::memcpy(to, &value, sizeof value); }
MALMOI_INLINE void storeInts(int32_t* to, Ints value) { std::memcpy(to, &value, sizeof value); }

/** The first `count` lanes from memory, the others 0; 0 <= count <= kLanes. Reads nothing beyond them. */
MALMOI_INLINE Floats loadSome(const float* from, int64_t count) {
  Floats value = {};
  std::memcpy(&value, from, static_cast<size_t>(count) * sizeof(float));
  return value;
}

/** Stores the first `count` lanes and touches nothing beyond them. */
MALMOI_INLINE void storeSome(float* to, Floats value, int64_t count) {
  std::memcpy(to, &value, static_cast<size_t>(count) * sizeof(float));
}

/**
 * Stores past the caches, to an address that is a multiple of the vector's size: for what is read again only after
 * much else. The line is not read before it is written, and nothing is driven out of the caches. Other threads see it
 * after `finishStreaming`.
 */
MALMOI_INLINE void stream(float* to, Floats value) {
#if MALMOI_VECTOR_BYTES == 64
  _mm512_stream_ps(to, reinterpret_cast<__m512>(value));
#elif MALMOI_VECTOR_BYTES == 32
  _mm256_stream_ps(to, reinterpret_cast<__m256>(value));
#elif defined(__SSE2__)
  _mm_stream_ps(to, reinterpret_cast<__m128>(value));
#else
  store(to, value);
#endif
}
MALMOI_INLINE void finishStreaming() {
#if defined(__SSE2__)
  _mm_sfence();
#endif
}
MALMOI_INLINE bool isAligned(const float* address) {
  return reinterpret_cast<uintptr_t>(address) % MALMOI_VECTOR_BYTES == 0;
}

MALMOI_INLINE Ints bitsOf(Floats value) { return reinterpret_cast<Ints>(value); }
MALMOI_INLINE Floats floatsOf(Ints bits) { return reinterpret_cast<Floats>(bits); }

/** Lane by lane `condition ? a : b`; a comparison of Floats gives such a condition. */
MALMOI_INLINE Floats select(Ints condition, Floats a, Floats b) {
  return floatsOf((bitsOf(a) & condition) | (bitsOf(b) & ~condition));
}

/** The larger; the second where either is NaN. */
MALMOI_INLINE Floats maximum(Floats a, Floats b) { return a > b ? a : b; }
MALMOI_INLINE Floats minimum(Floats a, Floats b) { return a < b ? a : b; }
MALMOI_INLINE Floats absolute(Floats a) { return floatsOf(bitsOf(a) & 0x7fffffff); }

/** Square root of each lane, correctly rounded. */
MALMOI_INLINE Floats squareRoot(Floats a) {
  Floats root;
  for (int lane = 0; lane < kLanes; lane++) root[lane] = __builtin_sqrtf(a[lane]);
  return root;
}

/** One lane of `a` in all lanes. */
MALMOI_INLINE Floats broadcastLane(Floats a, int lane) {
#if defined(__clang__)
  return broadcast(a[lane]);
#else
  // GCC would store `a` and load the lane.
  return __builtin_shuffle(a, broadcastInt(lane));
#endif
}

/** The lanes of `a` with its halves, quarters, ... exchanged: what one step of a reduction adds to it. */
template <int kDistance>
MALMOI_INLINE Floats exchangeLanes(Floats a) {
  Ints order;
  for (int lane = 0; lane < kLanes; lane++) order[lane] = lane ^ kDistance;
#if defined(__clang__)
  Floats exchanged;
  for (int lane = 0; lane < kLanes; lane++) exchanged[lane] = a[order[lane]];
  return exchanged;
#else
  return __builtin_shuffle(a, order);
#endif
}

/** Sum of the lanes, halves first: the order is fixed by the width alone. */
MALMOI_INLINE float sumLanes(Floats a) {
  if constexpr (kLanes >= 16) a += exchangeLanes<8>(a);
  if constexpr (kLanes >= 8) a += exchangeLanes<4>(a);
  a += exchangeLanes<2>(a);
  a += exchangeLanes<1>(a);
  return a[0];
}

/** Largest lane, of lanes none of which is NaN. */
MALMOI_INLINE float maxLanes(Floats a) {
  if constexpr (kLanes >= 16) a = maximum(a, exchangeLanes<8>(a));
  if constexpr (kLanes >= 8) a = maximum(a, exchangeLanes<4>(a));
  a = maximum(a, exchangeLanes<2>(a));
  a = maximum(a, exchangeLanes<1>(a));
  return a[0];
}

template <typename Integer>
MALMOI_INLINE Integer smaller(Integer a, Integer b) {
  return a < b ? a : b;
}
template <typename Integer>
MALMOI_INLINE Integer larger(Integer a, Integer b) {
  return a > b ? a : b;
}
MALMOI_INLINE int64_t divideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }
MALMOI_INLINE int64_t roundUp(int64_t a, int64_t b) { return divideUp(a, b) * b; }

}  // namespace MALMOI_ISA
}  // namespace malmoi
