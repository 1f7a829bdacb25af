// Random numbers from a seed, the same on every machine: SplitMix64 (Steele, Lea, Flood 2014).
#pragma once

#include <cstdint>
#include <initializer_list>

#include "test/exact_buffer.h"

namespace malmoi {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    state_ += 0x9e3779b97f4a7c15u;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  /** In [0, end). */
  int64_t below(int64_t end) { return static_cast<int64_t>(next() % static_cast<uint64_t>(end)); }
  int64_t between(int64_t first, int64_t last) { return first + below(last - first + 1); }
  bool coin() { return below(2) == 0; }

  int64_t oneOf(std::initializer_list<int64_t> values) {
    return *(values.begin() + below(static_cast<int64_t>(values.size())));
  }

  /** Next to the sizes of vectors and tiles, or anything up to `most`. */
  int64_t size(int64_t most) {
    const int64_t wanted = coin() ? oneOf({1, 2, 3, 5, 15, 16, 17, 31, 32, 33, 63, 64, 65, 97}) : between(1, most);
    return wanted < most ? wanted : most;
  }

  float uniform(float low = -1.0f, float high = 1.0f) {
    return low + (high - low) * static_cast<float>(next() >> 40) * 0x1p-24f;
  }

  void fill(const Floats32& buffer, float low = -1.0f, float high = 1.0f) {
    buffer.fill([&] { return uniform(low, high); });
  }

 private:
  uint64_t state_;
};

}  // namespace malmoi
