#include "core/scratch.h"

#include <atomic>
#include <cstdlib>
#include <new>
#include <vector>

namespace malmoi {
namespace {

constexpr size_t kAlignment = 64;
constexpr size_t kSmallestBlock = size_t{1} << 20;

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
      std::free(each.memory);
      heldBytes.fetch_sub(static_cast<int64_t>(each.size), std::memory_order_relaxed);
    }
  }

  void* take(size_t size) {
    const size_t rounded = (size + kAlignment - 1) / kAlignment * kAlignment;
    while (block < blocks.size() && offset + rounded > blocks[block].size) {
      block++;
      offset = 0;
    }
    if (block == blocks.size()) add(rounded);
    void* memory = blocks[block].memory + offset;
    offset += rounded;
    return memory;
  }

  void add(size_t atLeast) {
    size_t size = blocks.empty() ? kSmallestBlock : blocks.back().size * 2;
    if (size < atLeast) size = (atLeast + kSmallestBlock - 1) / kSmallestBlock * kSmallestBlock;
    void* memory = nullptr;
    if (posix_memalign(&memory, 4096, size) != 0) throw std::bad_alloc();
    blocks.push_back({static_cast<char*>(memory), size});
    heldBytes.fetch_add(static_cast<int64_t>(size), std::memory_order_relaxed);
  }
};

thread_local Arena arena;

}  // namespace

Scratch::Scratch() : block_(arena.block), offset_(arena.offset) {}

Scratch::~Scratch() {
  arena.block = block_;
  arena.offset = offset_;
}

void* Scratch::bytes(size_t size) { return arena.take(size == 0 ? 1 : size); }

int64_t scratchBytes() { return heldBytes.load(std::memory_order_relaxed); }

}  // namespace malmoi
