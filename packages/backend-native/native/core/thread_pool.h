// One pool of threads for the process. A call hands out numbered tasks; which thread runs which task is left
// to chance, so a kernel's result may depend on the task's number only, never on the thread: that is what
// makes results bitwise equal whatever the number of threads.
#pragma once

#include <cstdint>

namespace malmoi {

/** The work of one task. May throw; the first exception is rethrown by the call that handed the tasks out. */
using TaskFunction = void (*)(void* context, int64_t task);

/**
 * Runs task(context, 0 .. count-1) and returns when all are done. The calling thread takes part. Called from
 * within a task, or while another thread of the process is using the pool, it runs them itself, in order.
 */
void runTasks(int64_t count, TaskFunction task, void* context);

/** Number of threads that runTasks uses, the caller included. */
int threadCount();

/** Sets that number, at least 1; threads are started when they are first needed. */
void setThreadCount(int count);

/** runTasks for a callable. Internal linkage, since kernel files are compiled for different processors. */
template <typename Function>
static inline void parallelFor(int64_t count, const Function& function) {
  if (count == 1) {
    function(static_cast<int64_t>(0));
    return;
  }
  runTasks(
      count,
      [](void* context, int64_t task) { (*static_cast<const Function*>(context))(task); },
      const_cast<Function*>(&function));
}

}  // namespace malmoi
