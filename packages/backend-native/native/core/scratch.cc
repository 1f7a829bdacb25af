#include "core/scratch.h"

#include <atomic>
#include <new>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>

#include <cstring>
#endif

namespace malmoi {
namespace {

constexpr size_t kAlignment = 64;
constexpr size_t kSmallestBlock = size_t{1} << 20;
constexpr std::align_val_t kBlockAlignment{4096};

#if defined(__SANITIZE_ADDRESS__)
// AddressSanitizer knows blocks, not what was taken from them: it is told. What is taken holds NaN until it is
// written to, and something unreadable lies between it and the next.
constexpr size_t kGap = kAlignment;
void allow(void* memory, size_t size) {
  __asan_unpoison_memory_region(memory, size);
  std::memset(memory, 0xff, size);
}
void forbid(void* memory, size_t size) { __asan_poison_memory_region(memory, size); }
void allowFreeing(void* memory, size_t size) { __asan_unpoison_memory_region(memory, size); }
#else
constexpr size_t kGap = 0;
void allow(void*, size_t) {}
void forbid(void*, size_t) {}
void allowFreeing(void*, size_t) {}
#endif

std::atomic<int64_t> heldBytes{0};

struct Block {
  char* memory;
  size_t size;
};

/** A list of blocks used like a stack. Pointers stay valid when another block is added. */
struct Arena {
  std::vector<Block> blocks;
  size_t block = 0;
  size_t offset = 0;

  ~Arena() {
    for (const Block& each : blocks) {
      allowFreeing(each.memory, each.size);
      ::operator delete(each.memory, kBlockAlignment);
      heldBytes.fetch_sub(static_cast<int64_t>(each.size), std::memory_order_relaxed);
    }
  }

  void* take(size_t size) {
    const size_t rounded = (size + kGap + kAlignment - 1) / kAlignment * kAlignment;
    while (block < blocks.size() && offset + rounded > blocks[block].size) {
      block++;
      offset = 0;
    }
    if (block == blocks.size()) add(rounded);
    void* memory = blocks[block].memory + offset;
    offset += rounded;
    allow(memory, size);
    return memory;
  }

  /** Back to an earlier position. */
  void giveBack(size_t toBlock, size_t toOffset) {
    for (size_t i = toBlock; i < blocks.size() && i <= block; i++) {
      const size_t from = i == toBlock ? toOffset : 0;
      forbid(blocks[i].memory + from, blocks[i].size - from);
    }
    block = toBlock;
    offset = toOffset;
  }

  void add(size_t atLeast) {
    size_t size = blocks.empty() ? kSmallestBlock : blocks.back().size * 2;
    if (size < atLeast) size = (atLeast + kSmallestBlock - 1) / kSmallestBlock * kSmallestBlock;
    void* memory = ::operator new(size, kBlockAlignment);
    forbid(memory, size);
    blocks.push_back({static_cast<char*>(memory), size});
    heldBytes.fetch_add(static_cast<int64_t>(size), std::memory_order_relaxed);
  }
};

thread_local Arena arena;

}  // namespace

Scratch::Scratch() : block_(arena.block), offset_(arena.offset) {}

Scratch::~Scratch() { arena.giveBack(block_, offset_); }

void* Scratch::bytes(size_t size) { return arena.take(size == 0 ? 1 : size); }

int64_t scratchBytes() { return heldBytes.load(std::memory_order_relaxed); }

}  // namespace malmoi
