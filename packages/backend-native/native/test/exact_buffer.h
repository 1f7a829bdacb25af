// Memory for arguments of kernels, of exactly the size that they are told of. Half of the buffers come from the heap,
// where AddressSanitizer has a red zone around them; the others end where a page without access begins, which stops
// instructions that no sanitizer sees into, such as masked vector loads.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

namespace malmoi {

/** `count` elements, all bits set: NaN in an array of float32 until somebody writes to it. */
template <typename Element>
class ExactBuffer {
 public:
  explicit ExactBuffer(int64_t count) : count_(count), bytes_(static_cast<size_t>(count) * sizeof(Element)) {
    static std::atomic<unsigned> made{0};
    if (made.fetch_add(1, std::memory_order_relaxed) % 2 == 0) {
      memory_ = std::malloc(bytes_);
      if (memory_ == nullptr && bytes_ > 0) throw std::bad_alloc();
      data_ = static_cast<Element*>(memory_);
    } else {
      mapBeforeForbiddenPage();
    }
    if (bytes_ > 0) std::memset(static_cast<void*>(data_), 0xff, bytes_);
  }

  ~ExactBuffer() {
    if (mapped_ == 0) std::free(memory_);
    else munmap(memory_, mapped_);
  }

  ExactBuffer(const ExactBuffer&) = delete;
  ExactBuffer& operator=(const ExactBuffer&) = delete;

  Element* data() const { return data_; }
  int64_t size() const { return count_; }
  size_t bytes() const { return bytes_; }
  Element& operator[](int64_t index) const { return data_[index]; }

  template <typename Make>
  void fill(const Make& make) const {
    for (int64_t i = 0; i < count_; i++) data_[i] = static_cast<Element>(make());
  }

 private:
  void mapBeforeForbiddenPage() {
    const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    const size_t room = (bytes_ + page - 1) / page * page;
    mapped_ = room + page;
    memory_ = mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory_ == MAP_FAILED) throw std::bad_alloc();
    char* const end = static_cast<char*>(memory_) + room;
    if (mprotect(end, page, PROT_NONE) != 0) throw std::bad_alloc();
    data_ = reinterpret_cast<Element*>(end - bytes_);
  }

  int64_t count_;
  size_t bytes_;
  size_t mapped_ = 0;
  void* memory_ = nullptr;
  Element* data_ = nullptr;
};

using Floats32 = ExactBuffer<float>;

}  // namespace malmoi
