// What the machine can do at most. Multiply-adds are in chains that do not wait for each other, as many as keep the
// units busy throughout the latency of an instruction; reading and writing is in order, a part for each task (McCalpin's
// STREAM, but in place: a store to another array would first have its old contents read, which nobody counts).
#include "core/thread_pool.h"
#include "kernels/engines.h"
#include "kernels/kernel_sets.h"
#include "kernels/vector_loop.h"

namespace malmoi {
namespace MALMOI_ISA {
namespace {

// What the registers hold beside two operands.
#if MALMOI_VECTOR_BYTES == 64 || defined(__aarch64__)
constexpr int kChains = 24;
#else
constexpr int kChains = 12;
#endif

/** Where a chain starts. No two are the same, or the compiler would compute one for all; their mean is 1. */
MALMOI_INLINE float startOf(int chain) { return static_cast<float>(chain) - (kChains - 3) * 0.5f; }

/**
 * x += x / 2^26 of many x, on and on: rounded, they remain what they are, and their mean of 1 is returned. The result
 * replaces the addend, which is the one multiply-add that NEON has.
 */
float multiplyFloats(int64_t rounds) {
  constexpr int64_t kSteps = kOperationsPerRound / (kChains * kLanes * 2);
  static_assert(kSteps * kChains * kLanes * 2 == kOperationsPerRound);
  const Floats tiny = broadcast(0x1p-26f);
  Floats x[kChains];
  for (int chain = 0; chain < kChains; chain++) x[chain] = broadcast(startOf(chain));
  for (int64_t step = 0; step < rounds * kSteps; step++) {
#pragma GCC unroll 24
    for (int chain = 0; chain < kChains; chain++) x[chain] += x[chain] * tiny;
  }
  Floats sum = {};
  for (int chain = 0; chain < kChains; chain++) sum += x[chain];
  return sumLanes(sum) / (kChains * kLanes);
}

#if defined(MALMOI_AMX)

/** c += a * b of four tiles, the rows of a being 1, -1, 1, ... and b ones: c remains 1, which is returned. */
float multiplyBfloat16(int64_t rounds) {
  constexpr int64_t kOperations = 4 * 16 * 16 * 32 * 2;
  constexpr int64_t kSteps = kOperationsPerRound / kOperations;
  static_assert(kSteps * kOperations == kOperationsPerRound);
  alignas(64) uint16_t signs[kTileElements];
  alignas(64) uint16_t ones[kTileElements];
  alignas(64) float c[16 * 16];
  for (int i = 0; i < kTileElements; i++) {
    signs[i] = i % 2 == 0 ? 0x3f80 : 0xbf80;
    ones[i] = 0x3f80;
  }
  for (float& element : c) element = 1.0f;
  TileEngine engine;
  // Before any tile is loaded, it also has the compiler write the arrays above.
  engine.begin();
  MALMOI_TILE_LOAD(0, c, 64);
  MALMOI_TILE_LOAD(1, c, 64);
  MALMOI_TILE_LOAD(2, c, 64);
  MALMOI_TILE_LOAD(3, c, 64);
  MALMOI_TILE_LOAD(4, signs, 64);
  MALMOI_TILE_LOAD(5, signs, 64);
  MALMOI_TILE_LOAD(6, ones, 64);
  MALMOI_TILE_LOAD(7, ones, 64);
  for (int64_t step = 0; step < rounds * kSteps; step++) {
    MALMOI_TILE_DOT_BFLOAT16(0, 4, 6);
    MALMOI_TILE_DOT_BFLOAT16(1, 4, 7);
    MALMOI_TILE_DOT_BFLOAT16(2, 5, 6);
    MALMOI_TILE_DOT_BFLOAT16(3, 5, 7);
  }
  MALMOI_TILE_STORE(3, c, 64);
  engine.end();
  return c[255];
}

#elif defined(MALMOI_BF16)

/** x += (1 * 1 - 1 * 1) of many x: they remain what they are, and their mean of 1 is returned. */
float multiplyBfloat16(int64_t rounds) {
  constexpr int64_t kSteps = kOperationsPerRound / (kChains * kLanes * 4);
  static_assert(kSteps * kChains * kLanes * 4 == kOperationsPerRound);
  const __m512bh signs = (__m512bh)_mm512_set1_epi32(static_cast<int32_t>(0xbf803f80));
  const __m512bh ones = (__m512bh)_mm512_set1_epi32(0x3f803f80);
  __m512 x[kChains];
  for (int chain = 0; chain < kChains; chain++) x[chain] = _mm512_set1_ps(startOf(chain));
  for (int64_t step = 0; step < rounds * kSteps; step++) {
#pragma GCC unroll 24
    for (int chain = 0; chain < kChains; chain++) x[chain] = _mm512_dpbf16_ps(x[chain], signs, ones);
  }
  Floats sum = {};
  for (int chain = 0; chain < kChains; chain++) sum += x[chain];
  return sumLanes(sum) / (kChains * kLanes);
}

#endif

void multiplyAdds([[maybe_unused]] Precision precision, int64_t tasks, int64_t rounds, float* results) {
  parallelFor(tasks, [&](int64_t task) {
#if defined(MALMOI_AMX) || defined(MALMOI_BF16)
    if (precision == Precision::kBfloat16) {
      results[task] = multiplyBfloat16(rounds);
      return;
    }
#endif
    results[task] = multiplyFloats(rounds);
  });
}

/** body(first, size, task) for `tasks` parts of an array, of whole vectors but for the last. */
template <typename Body>
MALMOI_INLINE void forEachPart(int64_t size, int64_t tasks, const Body& body) {
  const int64_t part = divideUp(divideUp(size, kLanes), tasks) * kLanes;
  parallelFor(tasks, [&](int64_t task) {
    const int64_t first = smaller(task * part, size);
    body(first, smaller(part, size - first), task);
  });
}

void sumParts(const float* x, int64_t size, int64_t tasks, float* sums) {
  forEachPart(size, tasks, [&](int64_t first, int64_t count, int64_t task) {
    sums[task] = sumOf(count, [&](int64_t i, auto piece) MALMOI_ALWAYS_INLINE { return piece.load(x + first + i); });
  });
}

void addScaled(const float* x, float scale, int64_t size, int64_t tasks, float* y) {
  forEachPart(size, tasks, [&](int64_t first, int64_t count, int64_t) {
    const float* from = x + first;
    float* to = y + first;
    forEachVector(count, [&](int64_t i, auto piece) MALMOI_ALWAYS_INLINE {
      piece.store(to + i, piece.load(to + i) + piece.load(from + i) * scale);
    });
  });
}

}  // namespace

const LimitKernels kLimitKernels = {multiplyAdds, sumParts, addScaled};

}  // namespace MALMOI_ISA
}  // namespace malmoi
