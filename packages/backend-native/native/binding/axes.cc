#include "binding/axes.h"

namespace malmoi {
namespace {

constexpr int64_t kMostElements = int64_t{1} << 52;

/** A walk over two arrays, axis by axis from the outermost; axes are joined as they are added. */
class AxisList {
 public:
  void add(int64_t size, int64_t firstStep, int64_t secondStep) {
    if (size == 1) return;
    if (rank_ > 0) {
      const int last = rank_ - 1;
      // One step along the axis before is the whole of this axis, on both sides.
      if (firstStep_[last] == size * firstStep && secondStep_[last] == size * secondStep) {
        size_[last] *= size;
        firstStep_[last] = firstStep;
        secondStep_[last] = secondStep;
        return;
      }
    }
    size_[rank_] = size;
    firstStep_[rank_] = firstStep;
    secondStep_[rank_] = secondStep;
    rank_++;
  }

  /** At least one axis, that of a single element if need be. */
  int copyTo(int64_t* size, int64_t* firstStep, int64_t* secondStep) {
    if (rank_ == 0) {
      size_[0] = 1;
      firstStep_[0] = 1;
      secondStep_[0] = 1;
      rank_ = 1;
    }
    for (int axis = 0; axis < rank_; axis++) {
      size[axis] = size_[axis];
      firstStep[axis] = firstStep_[axis];
      secondStep[axis] = secondStep_[axis];
    }
    return rank_;
  }

 private:
  int rank_ = 0;
  int64_t size_[kMaxAxes];
  int64_t firstStep_[kMaxAxes];
  int64_t secondStep_[kMaxAxes];
};

/** Size of an axis counted from the last one; 1 beyond the first. */
int64_t fromEnd(const std::vector<int64_t>& shape, size_t index) {
  return index < shape.size() ? shape[shape.size() - 1 - index] : 1;
}

/** Steps of an array of this shape when it is broadcast to `rank` axes, outermost first. */
std::vector<int64_t> broadcastSteps(const std::vector<int64_t>& shape, size_t rank) {
  std::vector<int64_t> steps(rank);
  int64_t step = 1;
  for (size_t index = 0; index < rank; index++) {
    const int64_t size = fromEnd(shape, index);
    steps[rank - 1 - index] = size == 1 ? 0 : step;
    step *= size;
  }
  return steps;
}

std::vector<int64_t> readAxes(Arguments& arguments, const char* name) {
  std::vector<int64_t> axes = arguments.integers(name);
  if (axes.size() > static_cast<size_t>(kMaxAxes)) {
    arguments.fail(name, "has more than " + std::to_string(kMaxAxes) + " axes");
  }
  return axes;
}

/** 1 + the sum of (size - 1) * step. */
int64_t reachOf(const Arguments& arguments, const char* name, const std::vector<int64_t>& sizes,
                const std::vector<int64_t>& steps) {
  int64_t reach = 1;
  for (size_t axis = 0; axis < sizes.size(); axis++) {
    if (steps[axis] != 0 && sizes[axis] - 1 > kMostElements / steps[axis]) arguments.fail(name, "reaches too far");
    reach += (sizes[axis] - 1) * steps[axis];
    if (reach > kMostElements) arguments.fail(name, "reaches too far");
  }
  return reach;
}

}  // namespace

int64_t sizeOfShape(const Arguments& arguments, const char* name, const std::vector<int64_t>& shape) {
  int64_t size = 1;
  for (const int64_t axis : shape) size = sizeOf(arguments, name, {size, axis});
  return size;
}

Broadcast readBroadcast(Arguments& arguments) {
  const std::vector<int64_t> a = readAxes(arguments, "aShape");
  const std::vector<int64_t> b = readAxes(arguments, "bShape");
  const size_t rank = a.size() > b.size() ? a.size() : b.size();
  const std::vector<int64_t> aSteps = broadcastSteps(a, rank);
  const std::vector<int64_t> bSteps = broadcastSteps(b, rank);
  Broadcast broadcast = {};
  AxisList list;
  std::vector<int64_t> out(rank);
  for (size_t axis = 0; axis < rank; axis++) {
    const int64_t aAxis = fromEnd(a, rank - 1 - axis);
    const int64_t bAxis = fromEnd(b, rank - 1 - axis);
    if (aAxis != bAxis && aAxis != 1 && bAxis != 1) {
      arguments.fail("bShape", "does not broadcast: axis " + std::to_string(axis) + " of the result would have " +
                                   std::to_string(aAxis) + " and " + std::to_string(bAxis) + " elements");
    }
    out[axis] = aAxis == 1 ? bAxis : aAxis;
    list.add(out[axis], aSteps[axis], bSteps[axis]);
  }
  broadcast.aSize = sizeOfShape(arguments, "aShape", a);
  broadcast.bSize = sizeOfShape(arguments, "bShape", b);
  broadcast.outSize = sizeOfShape(arguments, "bShape", out);
  broadcast.axes.rank = list.copyTo(broadcast.axes.size, broadcast.axes.aStep, broadcast.axes.bStep);
  return broadcast;
}

Walk readWalk(Arguments& arguments) {
  const std::vector<int64_t> sizes = readAxes(arguments, "sizes");
  const std::vector<int64_t> fromSteps = readAxes(arguments, "fromSteps");
  const std::vector<int64_t> toSteps = readAxes(arguments, "toSteps");
  if (fromSteps.size() != sizes.size()) arguments.fail("fromSteps", "must have as many axes as sizes");
  if (toSteps.size() != sizes.size()) arguments.fail("toSteps", "must have as many axes as sizes");
  Walk walk = {};
  if (sizeOfShape(arguments, "sizes", sizes) == 0) return walk;
  AxisList list;
  for (size_t axis = 0; axis < sizes.size(); axis++) list.add(sizes[axis], fromSteps[axis], toSteps[axis]);
  walk.fromReach = reachOf(arguments, "fromSteps", sizes, fromSteps);
  walk.toReach = reachOf(arguments, "toSteps", sizes, toSteps);
  walk.axes.rank = list.copyTo(walk.axes.size, walk.axes.fromStep, walk.axes.toStep);
  return walk;
}

}  // namespace malmoi
