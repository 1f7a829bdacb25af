#include "test/references.h"

#include <cmath>

namespace malmoi {
namespace {

double at(const MatrixView& matrix, int64_t row, int64_t column) {
  return matrix.transposed ? matrix.data[column * matrix.stride + row] : matrix.data[row * matrix.stride + column];
}

/** Where a head's vector begins in an array [batch, positions, heads, headSize]. */
int64_t offsetOf(const AttentionInputs& inputs, int64_t positions, int64_t sequence, int64_t position, int64_t head) {
  return ((sequence * positions + position) * inputs.heads + head) * inputs.headSize;
}

int64_t queryOffset(const AttentionInputs& inputs, int64_t sequence, int64_t query, int64_t head) {
  return offsetOf(inputs, inputs.queries, sequence, query, head);
}

int64_t keyOffset(const AttentionInputs& inputs, int64_t sequence, int64_t key, int64_t head) {
  return offsetOf(inputs, inputs.length, sequence, key, head);
}

double dot(const float* a, const float* b, int64_t size) {
  double sum = 0;
  for (int64_t i = 0; i < size; i++) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

/** e^(value - largest), divided by the sum unless that is 0. */
void softmax(std::vector<double>& values) {
  double peak = -INFINITY;
  for (const double value : values) peak = std::fmax(peak, value);
  double sum = 0;
  for (double& value : values) {
    value = std::isinf(value) ? 0 : std::exp(value - peak);
    sum += value;
  }
  for (double& value : values) value = sum == 0 ? 0 : value / sum;
}

std::vector<double> probabilitiesOf(const AttentionInputs& inputs, int64_t sequence, int64_t head, int64_t query) {
  std::vector<double> scores(static_cast<size_t>(inputs.length));
  const float* from = inputs.query + queryOffset(inputs, sequence, query, head);
  for (int64_t key = 0; key < inputs.length; key++) {
    const bool masked = inputs.mask != nullptr && inputs.mask[sequence * inputs.length + key] == 0;
    const double score = dot(from, inputs.key + keyOffset(inputs, sequence, key, head), inputs.headSize);
    scores[static_cast<size_t>(key)] = masked ? -INFINITY : score / std::sqrt(static_cast<double>(inputs.headSize));
  }
  softmax(scores);
  return scores;
}

/** to[0 .. size-1] += factor * from. */
void addScaled(double factor, const float* from, int64_t size, double* to) {
  for (int64_t i = 0; i < size; i++) to[i] += factor * from[i];
}

/** Calls use(sequence, head, query) for all. */
template <typename Use>
void forEachQuery(const AttentionInputs& inputs, const Use& use) {
  for (int64_t sequence = 0; sequence < inputs.batch; sequence++) {
    for (int64_t head = 0; head < inputs.heads; head++) {
      for (int64_t query = 0; query < inputs.queries; query++) use(sequence, head, query);
    }
  }
}

/** Elements of an array [batch, positions, heads, headSize]. */
size_t sizeOf(const AttentionInputs& inputs, int64_t positions) {
  return static_cast<size_t>(inputs.batch * positions * inputs.heads * inputs.headSize);
}

}  // namespace

ReferenceActivation referenceActivation(Activation activation, double z) {
  switch (activation) {
    case Activation::kGelu: {
      const double cumulative = std::erfc(-z / std::sqrt(2.0)) / 2;
      return {z * cumulative, cumulative + z * std::exp(-z * z / 2) / std::sqrt(2 * std::acos(-1.0))};
    }
    case Activation::kGeluTanh: {
      const double scale = std::sqrt(2 / std::acos(-1.0));
      const double tanh = std::tanh(scale * (z + 0.044715 * z * z * z));
      const double inner = scale * (1 + 3 * 0.044715 * z * z);
      return {z * (1 + tanh) / 2, (1 + tanh) / 2 + z * (1 - tanh * tanh) / 2 * inner};
    }
    case Activation::kRelu:
      return {std::fmax(z, 0), z > 0 ? 1.0 : 0.0};
    case Activation::kTanh:
      return {std::tanh(z), 1 - std::tanh(z) * std::tanh(z)};
    case Activation::kLinear:
      break;
  }
  return {z, 1};
}

std::vector<double> referenceProduct(const MatrixProduct& product) {
  std::vector<double> c;
  for (int64_t row = 0; row < product.rows; row++) {
    for (int64_t column = 0; column < product.columns; column++) {
      double sum = product.bias == nullptr ? 0 : product.bias[column];
      for (int64_t k = 0; k < product.depth; k++) sum += at(product.a, row, k) * at(product.b, k, column);
      const double before = product.accumulate ? product.c[row * product.cStride + column] : 0;
      c.push_back(before + referenceActivation(product.activation, sum).value);
    }
  }
  return c;
}

std::vector<double> referenceContext(const AttentionInputs& inputs) {
  std::vector<double> context(sizeOf(inputs, inputs.queries));
  forEachQuery(inputs, [&](int64_t sequence, int64_t head, int64_t query) {
    const std::vector<double> probabilities = probabilitiesOf(inputs, sequence, head, query);
    double* to = context.data() + queryOffset(inputs, sequence, query, head);
    for (int64_t key = 0; key < inputs.length; key++) {
      addScaled(probabilities[static_cast<size_t>(key)], inputs.value + keyOffset(inputs, sequence, key, head),
                inputs.headSize, to);
    }
  });
  return context;
}

AttentionReference referenceAttentionGradient(const AttentionInputs& inputs, const float* dContext) {
  const size_t keys = sizeOf(inputs, inputs.length);
  AttentionReference result = {std::vector<double>(sizeOf(inputs, inputs.queries)), std::vector<double>(keys),
                               std::vector<double>(keys)};
  const double scale = 1 / std::sqrt(static_cast<double>(inputs.headSize));
  forEachQuery(inputs, [&](int64_t sequence, int64_t head, int64_t query) {
    const std::vector<double> probabilities = probabilitiesOf(inputs, sequence, head, query);
    const int64_t here = queryOffset(inputs, sequence, query, head);
    std::vector<double> dProbabilities;
    double sum = 0;
    for (int64_t key = 0; key < inputs.length; key++) {
      const int64_t there = keyOffset(inputs, sequence, key, head);
      dProbabilities.push_back(dot(dContext + here, inputs.value + there, inputs.headSize));
      sum += dProbabilities.back() * probabilities[static_cast<size_t>(key)];
    }
    for (int64_t key = 0; key < inputs.length; key++) {
      const int64_t there = keyOffset(inputs, sequence, key, head);
      const double probability = probabilities[static_cast<size_t>(key)];
      const double dScore = probability * (dProbabilities[static_cast<size_t>(key)] - sum) * scale;
      addScaled(dScore, inputs.key + there, inputs.headSize, result.dQuery.data() + here);
      addScaled(dScore, inputs.query + here, inputs.headSize, result.dKey.data() + there);
      addScaled(probability, dContext + here, inputs.headSize, result.dValue.data() + there);
    }
  });
  return result;
}

MaskedLmReference referenceMaskedLm(const MaskedLmLoss& loss, double upstream) {
  const Targets& targets = loss.targets;
  MaskedLmReference result = {std::vector<double>(2), std::vector<double>(static_cast<size_t>(targets.count * loss.width)),
                              std::vector<double>(static_cast<size_t>(targets.classes * loss.width)),
                              std::vector<double>(static_cast<size_t>(targets.classes))};
  for (int64_t position = 0; position < targets.count; position++) {
    const int32_t label = targets.labels[position];
    if (label == targets.ignoreIndex) continue;
    const double weight = targets.weights == nullptr ? 1 : targets.weights[position];
    const float* hidden = loss.hidden + position * loss.width;
    std::vector<double> probabilities;
    for (int64_t i = 0; i < targets.classes; i++) {
      const double bias = loss.bias == nullptr ? 0 : loss.bias[i];
      probabilities.push_back(dot(hidden, loss.kernel + i * loss.width, loss.width) + bias);
    }
    softmax(probabilities);
    result.statistics[0] -= weight * std::log(probabilities[static_cast<size_t>(label)]);
    result.statistics[1] += weight;
    for (int64_t i = 0; i < targets.classes; i++) {
      const double dLogit = upstream * weight * (probabilities[static_cast<size_t>(i)] - (i == label ? 1 : 0));
      addScaled(dLogit, loss.kernel + i * loss.width, loss.width, result.dHidden.data() + position * loss.width);
      addScaled(dLogit, hidden, loss.width, result.dKernel.data() + i * loss.width);
      result.dBias[static_cast<size_t>(i)] += dLogit;
    }
  }
  return result;
}

}  // namespace malmoi
