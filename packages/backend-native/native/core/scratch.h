// Working memory of kernels: one arena for each thread, kept between calls, so that a training loop allocates
// nothing once it has seen its largest shapes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace malmoi {

/**
 * Takes memory from the arena of the calling thread and gives all of it back when it goes out of scope.
 * Scopes nest. Memory is aligned to 64 bytes and not cleared. Throws std::bad_alloc.
 */
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  void* bytes(size_t size);
  float* floats(int64_t count) { return static_cast<float*>(bytes(static_cast<size_t>(count) * sizeof(float))); }
  uint16_t* halves(int64_t count) { return static_cast<uint16_t*>(bytes(static_cast<size_t>(count) * 2)); }

 private:
  size_t block_;
  size_t offset_;
};

/** Bytes held by all arenas of the process. */
int64_t scratchBytes();

}  // namespace malmoi
