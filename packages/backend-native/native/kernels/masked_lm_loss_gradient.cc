// The gradients of the masked-language-model loss. The gradient of the logits, probabilities less one-hot labels, is
// made in the cache, a piece at a time, from the exponentials that the loss left, and goes into both products at
// once: with the kernel to dHidden and, transposed, with the hidden states to dKernel.
#include "core/thread_pool.h"
#include "kernels/kernel_sets.h"
#include "kernels/panels.h"
#include "kernels/stored_floats.h"
#include "kernels/targets.h"

namespace malmoi {
namespace MALMOI_ISA {
namespace {

/** Positions in a piece: whole panels of rows, and whole units of depth. */
constexpr int64_t kPositions = 192;
/** Parts of the vocabulary that have a dHidden each; these are added in the end. */
constexpr int64_t kParts = 16;

/** What every piece needs. */
template <typename Engine>
struct Context {
  const MaskedLmLossGradient& gradient;
  /** Weight times upstream gradient of each position. */
  const float* scales;
  /** The hidden states as a right factor, kPositions deep each. */
  const ColumnPanels<Engine>* hidden;
};

/** The gradient of the logits of positions [from, to) and one block of the vocabulary, rows of kVocabularyBlock. */
template <typename Element>
void logitGradient(const MaskedLmLossGradient& gradient, const float* scales, int64_t block, int64_t from,
                   int64_t to, float* piece, float* dBias) {
  const Targets& targets = gradient.targets;
  for (int64_t position = from; position < to; position++, piece += kVocabularyBlock) {
    const int64_t at = block * targets.count + position;
    const auto* exponentials = static_cast<const Element*>(gradient.exponentials) + at * kVocabularyBlock;
    const float factor = gradient.factors[at] * scales[position];
    for (int64_t i = 0; i < kVocabularyBlock; i += kLanes) {
      store(piece + i, loadElements(exponentials + i) * factor);
    }
    const int64_t label = labelOf(targets, position) - block * kVocabularyBlock;
    if (label >= 0 && label < kVocabularyBlock) {
      piece[label] = gradient.labelGradients[position] * scales[position];
    }
    if (dBias == nullptr) continue;
    for (int64_t i = 0; i < kVocabularyBlock; i += kLanes) store(dBias + i, load(dBias + i) + load(piece + i));
  }
}

/** dKernel and dBias of one block of the vocabulary, and what it adds to dHidden. */
template <typename Engine>
void takeBlock(const Context<Engine>& context, int64_t block, float* dHidden, bool accumulate) {
  const MaskedLmLossGradient& gradient = context.gradient;
  const int64_t count = gradient.targets.count;
  const int64_t width = gradient.width;
  const int64_t first = block * kVocabularyBlock;
  const int64_t classes = smaller(kVocabularyBlock, gradient.targets.classes - first);
  Scratch scratch;
  float* piece = scratch.floats(kPositions * kVocabularyBlock);
  float* dBias = gradient.dBias == nullptr ? nullptr : scratch.floats(kVocabularyBlock);
  if (dBias != nullptr) memset(dBias, 0, kVocabularyBlock * sizeof(float));
  const ColumnPanels<Engine> kernel(scratch, width, classes);
  packColumnPanels<Engine>(kernel, {gradient.kernel + first * width, width, false});
  for (int64_t from = 0; from < count; from += kPositions) {
    const int64_t to = smaller(count, from + kPositions);
    logitGradient<typename Engine::Element>(gradient, context.scales, block, from, to, piece, dBias);
    Scratch packed;
    const RowPanels<Engine> rows(packed, to - from, classes);
    packPanels<Engine>(rows, {piece, kVocabularyBlock, false}, 0, to - from);
    multiplyPanels<Engine>(rows, kernel, 0, to - from, dHidden + from * width, width, accumulate, false);
    const RowPanels<Engine> columns(packed, classes, to - from);
    packPanels<Engine>(columns, {piece, kVocabularyBlock, true}, 0, classes);
    multiplyPanels<Engine>(columns, context.hidden[from / kPositions], 0, classes,
                           gradient.dKernel + first * width, width, from > 0, false);
  }
  if (dBias != nullptr) memcpy(gradient.dBias + first, dBias, static_cast<size_t>(classes) * sizeof(float));
}

void addParts(const float* parts, int64_t count, int64_t size, float* to) {
  constexpr int64_t kTaskElements = 8192;
  parallelFor(divideUp(size, kTaskElements), [&](int64_t task) {
    const int64_t end = smaller(size, (task + 1) * kTaskElements);
    for (int64_t i = task * kTaskElements; i < end; i += kLanes) {
      const int64_t lanes = smaller<int64_t>(kLanes, end - i);
      Floats sum = {};
      for (int64_t part = 0; part < count; part++) sum += loadSome(parts + part * size + i, lanes);
      storeSome(to + i, sum, lanes);
    }
  });
}

template <typename Engine>
void gradientWith(const MaskedLmLossGradient& gradient) {
  const int64_t count = gradient.targets.count;
  const int64_t size = count * gradient.width;
  const int64_t blocks = divideUp(gradient.targets.classes, kVocabularyBlock);
  const int64_t parts = smaller(blocks, kParts);
  const int64_t pieces = divideUp(count, kPositions);
  Scratch scratch;
  float* scales = scratch.floats(count);
  for (int64_t i = 0; i < count; i++) scales[i] = weightOf(gradient.targets, i) * gradient.upstream;
  auto* hidden = static_cast<ColumnPanels<Engine>*>(
      scratch.bytes(static_cast<size_t>(pieces) * sizeof(ColumnPanels<Engine>)));
  for (int64_t i = 0; i < pieces; i++) {
    const int64_t positions = smaller(kPositions, count - i * kPositions);
    hidden[i] = ColumnPanels<Engine>(scratch, gradient.width, positions);
  }
  parallelFor(pieces, [&](int64_t i) {
    const float* from = gradient.hidden + i * kPositions * gradient.width;
    packColumnPanels<Engine>(hidden[i], {from, gradient.width, false});
  });
  float* dHidden = scratch.floats(parts * size);
  const Context<Engine> context = {gradient, scales, hidden};
  parallelFor(parts, [&](int64_t part) {
    const int64_t first = blocks * part / parts;
    const int64_t end = blocks * (part + 1) / parts;
    Engine::begin();
    for (int64_t block = first; block < end; block++) {
      takeBlock<Engine>(context, block, dHidden + part * size, block > first);
    }
    Engine::end();
  });
  addParts(dHidden, parts, size, gradient.dHidden);
}

}  // namespace

void maskedLmLossGradient(const MaskedLmLossGradient& gradient) {
  if (gradient.targets.count == 0) {
    const int64_t classes = gradient.targets.classes;
    memset(gradient.dKernel, 0, static_cast<size_t>(classes * gradient.width) * sizeof(float));
    if (gradient.dBias != nullptr) memset(gradient.dBias, 0, static_cast<size_t>(classes) * sizeof(float));
    return;
  }
  if (gradient.precision == Precision::kBfloat16) gradientWith<Bfloat16Engine>(gradient);
  else gradientWith<FloatEngine>(gradient);
}

}  // namespace MALMOI_ISA
}  // namespace malmoi
