// Multi-head scaled dot-product attention in the kernel table.
#pragma once

#include "kernels/dropout_kernels.h"
#include "kernels/precision.h"

namespace malmoi {

/** What attention is computed from, forward and backward. */
struct AttentionInputs {
  int64_t batch;
  /** Positions that look. */
  int64_t queries;
  /** Positions that are looked at. */
  int64_t length;
  int64_t heads;
  int64_t headSize;
  Precision precision;
  /** [batch, queries, heads * headSize]: a head is a range of columns. */
  const float* query;
  /** [batch, length, heads * headSize] each. */
  const float* key;
  const float* value;
  /** [batch, length], 0 where a position may not be attended to; or null. */
  const float* mask;
  /** Over [batch, heads, queries, length]. */
  Dropout dropout;
};

/** Columns of AttentionSaved::kept for `length` keys: a multiple of every vector. */
static constexpr int64_t keptColumns(int64_t length) { return (length + 15) / 16 * 16; }

/** What the gradient needs beside the inputs; each may be null where there is no gradient. */
struct AttentionSaved {
  /** [batch, heads, queries, 2]: the largest score of a query, and what makes its exponentials probabilities. */
  float* rows;
  /** [batch, heads, queries, keptColumns(length)]: not 0 where dropout keeps a probability; null without dropout. */
  int8_t* kept;
};

struct Attention {
  AttentionInputs inputs;
  AttentionSaved saved;
  float* context;
};

struct AttentionGradient {
  AttentionInputs inputs;
  AttentionSaved saved;
  const float* dContext;
  float* dQuery;
  float* dKey;
  float* dValue;
};

struct AttentionKernels {
  void (*forward)(const Attention& attention);
  void (*gradient)(const AttentionGradient& gradient);
};

}  // namespace malmoi
