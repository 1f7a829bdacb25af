// Embedding lookup in the kernel table.
#pragma once

#include <cstdint>

namespace malmoi {

/** BERT has three: words, positions, token types. */
constexpr int kMostTables = 3;

/** A table of an embedding layer and which of its rows are read. */
struct EmbeddingTable {
  /** [count, hidden], read. */
  const float* rows;
  /** [tokens], each in [0, count). */
  const int32_t* ids;
};

struct EmbeddingLookup {
  int64_t tokens;
  int64_t hidden;
  int tables;
  EmbeddingTable table[kMostTables];
  /** [tokens, hidden]: the sum of the rows, the first table's first. */
  float* sum;
};

/** The gradient of a table. */
struct EmbeddingTableGradient {
  int64_t count;
  const int32_t* ids;
  /** The id whose row gets nothing, or -1. */
  int64_t paddingId;
  /** [count, hidden], written. */
  float* gradient;
};

struct EmbeddingGradient {
  int64_t tokens;
  int64_t hidden;
  /** [tokens, hidden]. */
  const float* dy;
  int tables;
  EmbeddingTableGradient table[kMostTables];
};

struct EmbeddingKernels {
  void (*lookup)(const EmbeddingLookup& lookup);
  void (*gradient)(const EmbeddingGradient& gradient);
};

}  // namespace malmoi
