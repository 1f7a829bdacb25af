// Calls every kernel of the instruction sets in MALMOI_TESTED_SETS, for a sanitizer to watch (scripts/sanitize.mjs):
// results must be the same bits with 1, 2 and 3 threads, and when other threads compute at the same time, and in bfloat16
// agree with MALMOI_COMPARED_SET if there is one. Exits with 0, or names what failed.
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "core/thread_pool.h"
#include "test/emulated_tiles.h"
#include "test/exercises.h"

namespace malmoi {
namespace {

struct NamedExercise {
  const char* name;
  Exercise run;
  int rounds;
  /** Whether it is run in bfloat16 too. */
  bool bfloat16;
};

constexpr NamedExercise kExercises[] = {
    {"matrices", exerciseMatrices, 24, true},
    {"dense gradient", exerciseDenseGradient, 16, true},
    {"feed-forward", exerciseFeedForward, 24, true},
    {"attention", exerciseAttention, 16, true},
    {"masked-LM loss", exerciseMaskedLmLoss, 12, true},
    {"cross-entropy", exerciseCrossEntropy, 16, false},
    {"layer normalisation", exerciseLayerNorm, 24, false},
    {"GELU and dropout", exerciseGeluAndDropout, 12, false},
    {"embedding", exerciseEmbedding, 16, false},
    {"optimizer", exerciseOptimizer, 4, false},
    {"element-wise", exerciseElementwise, 32, false},
    {"reductions", exerciseReductions, 24, false},
    {"layout", exerciseLayout, 32, false},
    {"limits", exerciseLimits, 8, true},
};

std::string describe(const KernelTable& kernels, const NamedExercise& exercise, Precision precision, int round) {
  return std::string(kernels.name) + ", " + exercise.name +
         (precision == Precision::kBfloat16 ? " in bfloat16" : "") + ", round " + std::to_string(round);
}

Outputs runOnce(const KernelTable& kernels, const NamedExercise& exercise, Precision precision, int round) {
  Outputs outputs;
  exercise.run(kernels, precision, static_cast<uint64_t>(round), outputs);
  return outputs;
}

void compareThreadCounts(const KernelTable& kernels, const NamedExercise& exercise, Precision precision) {
  for (int round = 0; round < exercise.rounds; round++) {
    nameExercise(describe(kernels, exercise, precision, round));
    setThreadCount(1);
    const Outputs want = runOnce(kernels, exercise, precision, round);
    for (const int threads : {2, 3}) {
      setThreadCount(threads);
      runOnce(kernels, exercise, precision, round).expectSame(want);
    }
  }
}

/** Several threads call kernels: one has the pool, the others compute alone, and all get the same bits. */
void compareConcurrentCalls(const KernelTable& kernels) {
  setThreadCount(3);
  std::vector<std::thread> threads;
  for (const NamedExercise& exercise : kExercises) {
    for (int user = 0; user < 2; user++) {
      threads.emplace_back([&kernels, &exercise] {
        const bool bfloat16 = kernels.hasBfloat16 && exercise.bfloat16;
        const Precision precision = bfloat16 ? Precision::kBfloat16 : Precision::kFloat32;
        nameExercise(describe(kernels, exercise, precision, 0) + ", at the same time as others");
        const Outputs want = runOnce(kernels, exercise, precision, 0);
        runOnce(kernels, exercise, precision, 0).expectSame(want);
      });
    }
  }
  for (std::thread& thread : threads) thread.join();
}

#if defined(MALMOI_COMPARED_SET)
/** bfloat16 rounds the same way everywhere; only the order of the sums differs. */
void compareSets(const KernelTable& first, const KernelTable& second) {
  setThreadCount(2);
  for (const NamedExercise& exercise : kExercises) {
    if (!exercise.bfloat16) continue;
    for (int round = 0; round < exercise.rounds; round++) {
      nameExercise(describe(second, exercise, Precision::kBfloat16, round) + ", against " + first.name);
      const Outputs want = runOnce(first, exercise, Precision::kBfloat16, round);
      runOnce(second, exercise, Precision::kBfloat16, round).expectClose(want, toleranceOf(Precision::kBfloat16));
    }
  }
  std::printf("  %s agrees with %s in bfloat16\n", second.name, first.name);
}

#endif

double secondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void exerciseSet(const KernelTable& kernels) {
  const auto start = std::chrono::steady_clock::now();
  for (const NamedExercise& exercise : kExercises) {
    compareThreadCounts(kernels, exercise, Precision::kFloat32);
    if (exercise.bfloat16 && kernels.hasBfloat16) compareThreadCounts(kernels, exercise, Precision::kBfloat16);
  }
  compareConcurrentCalls(kernels);
  std::printf("  %s: all kernels, %.0f s\n", kernels.name, secondsSince(start));
}

}  // namespace
}  // namespace malmoi

int main() {
  using namespace malmoi;
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  exerciseThreadPool();
  std::printf("  thread pool\n");
  for (const KernelTable& kernels : {MALMOI_TESTED_SETS}) {
    exerciseSet(kernels);
#if defined(MALMOI_COMPARED_SET)
    compareSets(MALMOI_COMPARED_SET, kernels);
#endif
    if (std::string(kernels.name) != "amx") continue;
    expect(emulated::dotProducts() > 0, "no product of tiles was computed");
    std::printf("  %lld products of emulated tiles\n", static_cast<long long>(emulated::dotProducts()));
  }
  return 0;
}
