#include "test/outputs.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace malmoi {
namespace {

thread_local std::string exercise;

}  // namespace

void nameExercise(const std::string& name) { exercise = name; }

void fail(const std::string& what) {
  std::fprintf(stderr, "%s: %s\n", exercise.c_str(), what.c_str());
  // Not exit(): other threads may be in the middle of a kernel.
  std::_Exit(1);
}

void expect(bool condition, const std::string& what) {
  if (!condition) fail(what);
}

void expectNear(const std::string& name, const float* got, const std::vector<double>& want, double tolerance) {
  double largest = 0;
  double difference = 0;
  for (size_t i = 0; i < want.size(); i++) {
    largest = std::fmax(largest, std::fabs(want[i]));
    const double here = std::fabs(static_cast<double>(got[i]) - want[i]);
    // A NaN must not get lost in fmax.
    if (!(here <= difference)) difference = here;
  }
  if (difference <= tolerance * largest) return;
  fail(name + " is off by " + std::to_string(difference) + " where the largest of " + std::to_string(want.size()) +
       " numbers is " + std::to_string(largest));
}

void Outputs::floats(const std::string& name, const Floats32& buffer) {
  for (int64_t i = 0; i < buffer.size(); i++) {
    expect(std::isfinite(buffer[i]), name + " has " + std::to_string(buffer[i]) + " at " + std::to_string(i) + " of " +
                                         std::to_string(buffer.size()));
  }
  entries_.push_back({name, std::vector<float>(buffer.data(), buffer.data() + buffer.size()), {}});
}

void Outputs::number(const std::string& name, double value) {
  expect(std::isfinite(value), name + " is not finite");
  entries_.push_back({name, {static_cast<float>(value)}, {}});
}

void Outputs::expectSame(const Outputs& other) const {
  expect(entries_.size() == other.entries_.size(), "a different number of outputs");
  for (size_t i = 0; i < entries_.size(); i++) {
    const Entry& mine = entries_[i];
    const Entry& theirs = other.entries_[i];
    const size_t bytes = mine.numbers.size() * sizeof(float);
    const bool same = mine.numbers.size() == theirs.numbers.size() && mine.bits == theirs.bits &&
                      (bytes == 0 || std::memcmp(mine.numbers.data(), theirs.numbers.data(), bytes) == 0);
    expect(same, mine.name + " (output " + std::to_string(i) + ") differs between threads");
  }
}

void Outputs::expectClose(const Outputs& other, double tolerance) const {
  expect(entries_.size() == other.entries_.size(), "a different number of outputs");
  for (size_t i = 0; i < entries_.size(); i++) {
    const std::vector<float>& numbers = other.entries_[i].numbers;
    expect(entries_[i].numbers.size() == numbers.size(), entries_[i].name + " has another size");
    expectNear(entries_[i].name, entries_[i].numbers.data(), std::vector<double>(numbers.begin(), numbers.end()),
               tolerance);
  }
}

}  // namespace malmoi
