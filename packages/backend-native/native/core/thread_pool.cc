#include "core/thread_pool.h"

#include <atomic>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#endif

namespace malmoi {
namespace {

inline void spinPause() {
#if defined(__x86_64__) || defined(_M_X64)
  _mm_pause();
#elif defined(__aarch64__)
  // About as long as x86's pause; yield takes no time on a core of one thread, and kSpins would be over at once.
  asm volatile("isb");
#endif
}

// A kernel call is often followed by the next within microseconds, a wake-up by the kernel costs tens of
// them; beyond that, a spinning thread takes time from others on a shared machine.
constexpr int kSpins = 4000;

/** True within a task: nested calls run in place. */
thread_local bool insideTask = false;

/** Marks the thread that hands tasks out, which runs some itself: its nested calls must not try the pool's lock, which
 * it holds. */
class TakingPart {
 public:
  TakingPart() { insideTask = true; }
  ~TakingPart() { insideTask = false; }
  TakingPart(const TakingPart&) = delete;
  TakingPart& operator=(const TakingPart&) = delete;
};

/** One runTasks call. Shared by the threads that work on it, so that a late thread never reads a dead one. */
struct Job {
  TaskFunction task = nullptr;
  void* context = nullptr;
  int64_t count = 0;
  std::atomic<int64_t> next{0};
  std::atomic<int64_t> done{0};
  std::mutex failureMutex;
  std::exception_ptr failure;

  /** Takes tasks until none is left. After a failure the rest are counted, not run. */
  void work() {
    int64_t finished = 0;
    for (;;) {
      const int64_t index = next.fetch_add(1, std::memory_order_relaxed);
      if (index >= count) break;
      try {
        if (!failed.load(std::memory_order_relaxed)) task(context, index);
      } catch (...) {
        const std::lock_guard<std::mutex> lock(failureMutex);
        if (!failure) failure = std::current_exception();
        failed.store(true, std::memory_order_relaxed);
      }
      finished++;
    }
    if (finished > 0) done.fetch_add(finished, std::memory_order_release);
  }

  bool complete() const { return done.load(std::memory_order_acquire) == count; }

 private:
  std::atomic<bool> failed{false};
};

class ThreadPool {
 public:
  int size() const { return size_.load(std::memory_order_relaxed); }

  void resize(int size) { size_.store(size < 1 ? 1 : size, std::memory_order_relaxed); }

  void run(int64_t count, TaskFunction task, void* context) {
    const int helpers = static_cast<int>(count < size() ? count : size()) - 1;
    // Another JavaScript thread is using the pool: this one does its own work rather than wait.
    std::unique_lock<std::mutex> owner(owner_, std::try_to_lock);
    if (helpers < 1 || !owner.owns_lock()) {
      for (int64_t index = 0; index < count; index++) task(context, index);
      return;
    }
    start(helpers);
    auto job = std::make_shared<Job>();
    job->task = task;
    job->context = context;
    job->count = count;
    publish(job, helpers);
    job->work();
    for (int spins = 0; !job->complete(); spins++) {
      if (spins < kSpins) spinPause();
      else std::this_thread::yield();
    }
    if (job->failure) std::rethrow_exception(job->failure);
  }

 private:
  void start(int helpers) {
    while (static_cast<int>(threads_) < helpers) {
      // Detached: the pool lives until the process ends, and nothing may be joined while it exits.
      const int number = static_cast<int>(threads_);
      std::thread([this, number] { serve(number); }).detach();
      threads_++;
    }
  }

  void publish(const std::shared_ptr<Job>& job, int helpers) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      job_ = job;
      invited_ = helpers;
      generation_.fetch_add(1, std::memory_order_release);
    }
    if (sleeping_.load(std::memory_order_acquire) > 0) wake_.notify_all();
  }

  void serve(int number);

  std::atomic<int> size_{1};
  std::mutex owner_;
  int threads_ = 0;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::shared_ptr<Job> job_;
  int invited_ = 0;
  std::atomic<uint64_t> generation_{0};
  std::atomic<int> sleeping_{0};
};

void ThreadPool::serve(int number) {
  insideTask = true;
  uint64_t seen = 0;
  for (;;) {
    for (int spins = 0; spins < kSpins; spins++) {
      if (generation_.load(std::memory_order_acquire) != seen) break;
      spinPause();
    }
    std::shared_ptr<Job> job;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      sleeping_.fetch_add(1, std::memory_order_release);
      wake_.wait(lock, [&] { return generation_.load(std::memory_order_acquire) != seen; });
      sleeping_.fetch_sub(1, std::memory_order_release);
      seen = generation_.load(std::memory_order_acquire);
      if (number < invited_) job = job_;
    }
    if (job) job->work();
  }
}

/** Never destroyed: its threads may outlive static destruction. */
ThreadPool& pool() {
  static ThreadPool* const instance = new ThreadPool();
  return *instance;
}

}  // namespace

void runTasks(int64_t count, TaskFunction task, void* context) {
  if (count <= 0) return;
  if (insideTask) {
    for (int64_t index = 0; index < count; index++) task(context, index);
    return;
  }
  const TakingPart takingPart;
  pool().run(count, task, context);
}

int threadCount() { return pool().size(); }

void setThreadCount(int count) { pool().resize(count); }

}  // namespace malmoi
