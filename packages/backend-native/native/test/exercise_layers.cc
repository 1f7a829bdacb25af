// Layer normalisation, GELU, dropout and embeddings.
#include "test/exercises.h"

namespace malmoi {

Dropout randomDropout(Random& random, bool wanted) {
  const auto word = [&] { return static_cast<uint32_t>(random.next()); };
  Dropout dropout = {};
  if (!wanted) return dropout;
  dropout.threshold = 1 + word() / 2;
  dropout.scale = 1.25f;
  dropout.seedLow = word();
  dropout.seedHigh = word();
  dropout.step = word();
  dropout.siteLow = word();
  dropout.siteHigh = word();
  return dropout;
}

void exerciseLayerNorm(const KernelTable& kernels, Precision, uint64_t seed, Outputs& outputs) {
  Random random(seed);
  const int64_t rows = random.size(150);
  const int64_t hidden = random.coin() ? random.size(800) : random.between(500, 530);
  const Dropout dropout = randomDropout(random, random.coin());
  const bool drops = dropout.threshold > 0;
  const bool hasResidual = random.coin();
  const Floats32 x(rows * hidden);
  const Floats32 residual(x.size());
  const Floats32 gamma(hidden);
  const Floats32 beta(hidden);
  const Floats32 dy(x.size());
  for (const Floats32* buffer : {&x, &residual, &gamma, &beta, &dy}) random.fill(*buffer);
  const Floats32 y(x.size());
  const Floats32 statistics(rows * kRowStatistics);
  const ExactBuffer<int32_t> kept(rows * keepWords(hidden));
  const float* added = hasResidual ? residual.data() : nullptr;
  int32_t* keptWords = drops ? kept.data() : nullptr;
  kernels.layerNorm.forward({rows, hidden, 1e-5f, dropout, x.data(), added, gamma.data(), beta.data(), y.data(),
                             statistics.data(), keptWords});
  outputs.floats("y", y);
  outputs.bits("statistics", statistics);
  if (drops) outputs.bits("kept", kept);

  const Floats32 dx(x.size());
  const Floats32 dGamma(hidden);
  const Floats32 dBeta(hidden);
  const Floats32 dResidual(x.size());
  const bool wantsResidual = drops && hasResidual;
  kernels.layerNorm.gradient({rows, hidden, dropout, dy.data(), x.data(), added, gamma.data(), statistics.data(),
                              keptWords, dx.data(), dGamma.data(), dBeta.data(),
                              wantsResidual ? dResidual.data() : nullptr});
  outputs.floats("dx", dx);
  outputs.floats("dGamma", dGamma);
  outputs.floats("dBeta", dBeta);
  if (wantsResidual) outputs.floats("dResidual", dResidual);
}

void exerciseGeluAndDropout(const KernelTable& kernels, Precision, uint64_t seed, Outputs& outputs) {
  Random random(seed);
  const int64_t size = random.below(3) == 0 ? random.between(40000, 50000) : random.size(3000);
  const Floats32 x(size);
  const Floats32 dy(size);
  random.fill(x, -6.0f, 6.0f);
  random.fill(dy);
  for (const bool tanhForm : {false, true}) {
    const Floats32 y(size);
    const Floats32 dx(size);
    kernels.gelu.forward(x.data(), tanhForm, size, y.data());
    kernels.gelu.gradient(dy.data(), x.data(), tanhForm, size, dx.data());
    outputs.floats("gelu", y);
    outputs.floats("gelu gradient", dx);
  }
  const Floats32 dropped(size);
  kernels.dropout.apply(x.data(), randomDropout(random, true), size, dropped.data());
  outputs.floats("dropout", dropped);
}

void exerciseEmbedding(const KernelTable& kernels, Precision, uint64_t seed, Outputs& outputs) {
  Random random(seed);
  const int64_t tokens = random.size(200);
  const int64_t hidden = random.size(200);
  const int tables = static_cast<int>(random.between(1, kMostTables));
  const int64_t counts[kMostTables] = {random.between(1, 300), random.between(1, 40), 2};
  const Floats32 rows[kMostTables] = {Floats32(counts[0] * hidden), Floats32(counts[1] * hidden),
                                      Floats32(counts[2] * hidden)};
  const Floats32 gradients[kMostTables] = {Floats32(rows[0].size()), Floats32(rows[1].size()),
                                           Floats32(rows[2].size())};
  const ExactBuffer<int32_t> ids[kMostTables] = {ExactBuffer<int32_t>(tokens), ExactBuffer<int32_t>(tokens),
                                                 ExactBuffer<int32_t>(tokens)};
  const Floats32 sum(tokens * hidden);
  const Floats32 dy(sum.size());
  random.fill(dy);
  EmbeddingLookup lookup = {tokens, hidden, tables, {}, sum.data()};
  EmbeddingGradient gradient = {tokens, hidden, dy.data(), tables, {}};
  for (int i = 0; i < tables; i++) {
    random.fill(rows[i]);
    ids[i].fill([&] { return random.below(counts[i]); });
    lookup.table[i] = {rows[i].data(), ids[i].data()};
    gradient.table[i] = {counts[i], ids[i].data(), i == 0 && random.coin() ? 0 : -1, gradients[i].data()};
  }
  kernels.embedding.lookup(lookup);
  kernels.embedding.gradient(gradient);
  outputs.floats("sum", sum);
  for (int i = 0; i < tables; i++) outputs.floats("gradient", gradients[i]);
}

}  // namespace malmoi
