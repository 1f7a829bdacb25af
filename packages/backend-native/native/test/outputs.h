// What an exercise's kernels wrote, to be compared with what they write with other threads or another instruction set.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "test/exact_buffer.h"

namespace malmoi {

/** Ends the program with a message that begins with what is being exercised. */
[[noreturn]] void fail(const std::string& what);
void expect(bool condition, const std::string& what);

/** What is being exercised by this thread, for messages. */
void nameExercise(const std::string& name);

/** max |got - want| / max |want| must be at most `tolerance`. */
void expectNear(const std::string& name, const float* got, const std::vector<double>& want, double tolerance);

class Outputs {
 public:
  /** Numbers, which must all be finite: so all must have been written. */
  void floats(const std::string& name, const Floats32& buffer);
  void number(const std::string& name, double value);
  /** Of which only the bits are compared, and only within an instruction set. */
  template <typename Element>
  void bits(const std::string& name, const ExactBuffer<Element>& buffer) {
    entries_.push_back({name, {}, std::vector<uint8_t>(buffer.bytes())});
    if (buffer.bytes() > 0) std::memcpy(entries_.back().bits.data(), buffer.data(), buffer.bytes());
  }

  void expectSame(const Outputs& other) const;
  /** Numbers only: bits may differ between instruction sets. */
  void expectClose(const Outputs& other, double tolerance) const;

 private:
  struct Entry {
    std::string name;
    std::vector<float> numbers;
    std::vector<uint8_t> bits;
  };
  std::vector<Entry> entries_;
};

}  // namespace malmoi
