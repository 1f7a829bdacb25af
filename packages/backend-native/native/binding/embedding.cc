// embeddingLookup(tokens, hidden, counts, tables, ids, sum) and
// embeddingGradient(tokens, hidden, counts, paddingId, ids, dy, gradients), for one to three tables, words first
#include "binding/kernel_functions.h"

namespace malmoi {
namespace {

struct Sizes {
  int64_t tokens;
  int64_t hidden;
  std::vector<int64_t> counts;
};

Sizes readSizes(Arguments& arguments) {
  const int64_t tokens = arguments.integer("tokens");
  const int64_t hidden = arguments.integer("hidden");
  std::vector<int64_t> counts = arguments.integers("counts");
  if (counts.empty() || counts.size() > kMostTables) arguments.fail("counts", "must be those of one to three tables");
  return {tokens, hidden, std::move(counts)};
}

/** Tables of [counts[i], hidden]. */
std::vector<FloatSpan> readTables(Arguments& arguments, const char* name, const Sizes& sizes) {
  std::vector<FloatSpan> tables = arguments.floatArrays(name);
  if (tables.size() != sizes.counts.size()) arguments.fail(name, "must have one for each count");
  for (size_t i = 0; i < tables.size(); i++) {
    const int64_t size = sizeOf(arguments, name, {sizes.counts[i], sizes.hidden});
    if (tables[i].size == size) continue;
    arguments.fail(name, "has " + std::to_string(tables[i].size) + " elements in table " + std::to_string(i) +
                             " where " + std::to_string(size) + " are expected");
  }
  return tables;
}

/** Ids of each token in each table: they address memory, so each is checked. */
std::vector<const int32_t*> readIds(Arguments& arguments, const Sizes& sizes) {
  const std::vector<IntSpan> lists = arguments.intArrays("ids");
  if (lists.size() != sizes.counts.size()) arguments.fail("ids", "must have a list for each table");
  std::vector<const int32_t*> ids;
  for (size_t i = 0; i < lists.size(); i++) {
    if (lists[i].size != sizes.tokens) arguments.fail("ids", "must have one for each token");
    for (int64_t token = 0; token < sizes.tokens; token++) {
      const int32_t id = lists[i].data[token];
      if (id >= 0 && id < sizes.counts[i]) continue;
      arguments.fail("ids", "has " + std::to_string(id) + " at " + std::to_string(token) + " for a table of " +
                                std::to_string(sizes.counts[i]) + " rows");
    }
    ids.push_back(lists[i].data);
  }
  return ids;
}

void embeddingLookup(Arguments& arguments) {
  const Sizes sizes = readSizes(arguments);
  const std::vector<FloatSpan> tables = readTables(arguments, "tables", sizes);
  const std::vector<const int32_t*> ids = readIds(arguments, sizes);
  EmbeddingLookup lookup = {};
  lookup.tokens = sizes.tokens;
  lookup.hidden = sizes.hidden;
  lookup.tables = static_cast<int>(tables.size());
  for (size_t i = 0; i < tables.size(); i++) lookup.table[i] = {tables[i].data, ids[i]};
  lookup.sum = arguments.floats("sum", sizeOf(arguments, "sum", {sizes.tokens, sizes.hidden}));
  kernels().embedding.lookup(lookup);
}

void embeddingGradient(Arguments& arguments) {
  const Sizes sizes = readSizes(arguments);
  const int64_t paddingId = arguments.integer("paddingId", -1);
  const std::vector<const int32_t*> ids = readIds(arguments, sizes);
  EmbeddingGradient g = {};
  g.tokens = sizes.tokens;
  g.hidden = sizes.hidden;
  g.dy = arguments.floats("dy", sizeOf(arguments, "dy", {sizes.tokens, sizes.hidden}));
  const std::vector<FloatSpan> gradients = readTables(arguments, "gradients", sizes);
  g.tables = static_cast<int>(gradients.size());
  for (size_t i = 0; i < gradients.size(); i++) {
    g.table[i] = {sizes.counts[i], ids[i], i == 0 ? paddingId : -1, gradients[i].data};
  }
  kernels().embedding.gradient(g);
}

}  // namespace

void exportEmbeddingKernels(Napi::Env env, Napi::Object exports) {
  exportKernel(env, exports, "embeddingLookup", embeddingLookup);
  exportKernel(env, exports, "embeddingGradient", embeddingGradient);
}

}  // namespace malmoi
