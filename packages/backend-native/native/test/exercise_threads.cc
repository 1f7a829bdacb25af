// The thread pool itself: every task runs once, exceptions arrive, nested calls and several users get along.
#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "core/scratch.h"
#include "core/thread_pool.h"
#include "test/exercises.h"

namespace malmoi {
namespace {

constexpr int64_t kTasks = 100;

/** Each task writes to its own element, without synchronisation: the end of the call must be enough. */
void runEachOnce() {
  std::vector<int> runs(kTasks);
  parallelFor(kTasks, [&](int64_t task) { runs[static_cast<size_t>(task)]++; });
  for (const int count : runs) expect(count == 1, "a task ran " + std::to_string(count) + " times");
}

void catchFromTask(int64_t failing) {
  bool caught = false;
  try {
    parallelFor(kTasks, [&](int64_t task) {
      const Scratch scratch;
      if (task == failing) throw std::runtime_error("task " + std::to_string(task));
    });
  } catch (const std::runtime_error& error) {
    caught = error.what() == "task " + std::to_string(failing);
  }
  expect(caught, "the exception of a task does not arrive");
}

void nestCalls() {
  std::vector<std::vector<int>> runs(kTasks, std::vector<int>(kTasks));
  parallelFor(kTasks, [&](int64_t outer) {
    Scratch scratch;
    float* const mine = scratch.floats(kTasks);
    parallelFor(kTasks, [&](int64_t inner) {
      Scratch own;
      *own.floats(1) = static_cast<float>(inner);
      mine[inner] = 1.0f;
      runs[static_cast<size_t>(outer)][static_cast<size_t>(inner)]++;
    });
    for (int64_t i = 0; i < kTasks; i++) expect(mine[i] == 1.0f, "scratch memory is shared with a nested call");
  });
  for (const std::vector<int>& row : runs) {
    for (const int count : row) expect(count == 1, "a nested task ran " + std::to_string(count) + " times");
  }
}

void useAll() {
  for (int round = 0; round < 20; round++) {
    runEachOnce();
    catchFromTask(round * 5);
    nestCalls();
  }
}

}  // namespace

void exerciseThreadPool() {
  for (const int threads : {1, 2, 3, 4}) {
    nameExercise("thread pool, " + std::to_string(threads) + " threads");
    setThreadCount(threads);
    useAll();
    parallelFor(0, [](int64_t) { fail("there is no task 0 of 0"); });
  }
  nameExercise("thread pool, several users");
  std::vector<std::thread> users;
  for (int i = 0; i < 4; i++) {
    users.emplace_back([i] {
      nameExercise("thread pool, user " + std::to_string(i));
      useAll();
      // The number of threads may change under those who compute.
      setThreadCount(1 + i);
    });
  }
  for (std::thread& user : users) user.join();
}

}  // namespace malmoi
