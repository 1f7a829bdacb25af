// A copy between two arrays that are walked through in steps of their own: transposition, slicing, padding, tiling
// and concatenation are all this.
#include "core/thread_pool.h"
#include "kernels/layout.h"

namespace malmoi {
namespace MALMOI_ISA {
namespace {

constexpr int64_t kCopyTaskElements = int64_t{1} << 14;
/** Side of the squares in which a plane is transposed: rows of both stay in the first-level cache. */
constexpr int64_t kSquare = 16;

/** Copies `count` elements along one axis. */
template <typename Element>
MALMOI_INLINE void copyRun(const Element* from, int64_t fromStep, Element* to, int64_t toStep, int64_t count) {
  if (toStep == 1 && fromStep == 1) {
    std::memcpy(to, from, static_cast<size_t>(count) * sizeof(Element));
  } else if (toStep == 1 && fromStep == 0) {
    const Element value = *from;
    for (int64_t i = 0; i < count; i++) to[i] = value;
  } else {
    for (int64_t i = 0; i < count; i++) to[i * toStep] = from[i * fromStep];
  }
}

struct Offsets {
  int64_t from;
  int64_t to;
};

/** Where the index-th element of the axes but those from `rank` on lies. */
MALMOI_INLINE Offsets offsetsOf(const CopyAxes& axes, int rank, int64_t index) {
  Offsets offsets = {0, 0};
  for (int axis = rank - 1; axis >= 0; axis--) {
    const int64_t position = index % axes.size[axis];
    index /= axes.size[axis];
    offsets.from += position * axes.fromStep[axis];
    offsets.to += position * axes.toStep[axis];
  }
  return offsets;
}

MALMOI_INLINE int64_t sizeOfFirst(const CopyAxes& axes, int rank) {
  int64_t size = 1;
  for (int axis = 0; axis < rank; axis++) size *= axes.size[axis];
  return size;
}

/** Runs along the last axis. */
template <typename Element>
MALMOI_INLINE void copyRuns(const CopyAxes& axes, const Element* from, Element* to) {
  const int last = axes.rank - 1;
  const int64_t length = axes.size[last];
  const int64_t rows = sizeOfFirst(axes, last);
  const int64_t piece = smaller(length, kCopyTaskElements);
  const int64_t pieces = divideUp(length, piece);
  const int64_t rowsPerTask = pieces > 1 ? 1 : kCopyTaskElements / length;
  const int64_t fromStep = axes.fromStep[last];
  const int64_t toStep = axes.toStep[last];
  parallelFor(divideUp(rows, rowsPerTask) * pieces, [&](int64_t task) {
    const int64_t firstRow = task / pieces * rowsPerTask;
    const int64_t endRow = smaller(firstRow + rowsPerTask, rows);
    const int64_t begin = task % pieces * piece;
    const int64_t count = smaller(piece, length - begin);
    for (int64_t row = firstRow; row < endRow; row++) {
      const Offsets at = offsetsOf(axes, last, row);
      copyRun(from + at.from + begin * fromStep, fromStep, to + at.to + begin * toStep, toStep, count);
    }
  });
}

/** One plane: element (i, j) is at i + j * fromStep, and goes to i * toStep + j. */
template <typename Element>
MALMOI_INLINE void transposePlane(int64_t rows, int64_t columns, const Element* from, int64_t fromStep, Element* to,
                                  int64_t toStep) {
  for (int64_t row = 0; row < rows; row += kSquare) {
    const int64_t rowEnd = smaller(row + kSquare, rows);
    for (int64_t column = 0; column < columns; column += kSquare) {
      const int64_t columnEnd = smaller(column + kSquare, columns);
      for (int64_t i = row; i < rowEnd; i++) {
        for (int64_t j = column; j < columnEnd; j++) to[i * toStep + j] = from[i + j * fromStep];
      }
    }
  }
}

/** Planes of the last axis, along which `to` is consecutive, and the one before it, along which `from` is. */
template <typename Element>
MALMOI_INLINE void transposePlanes(const CopyAxes& axes, const Element* from, Element* to) {
  const int last = axes.rank - 1;
  const int64_t rows = axes.size[last - 1];
  const int64_t columns = axes.size[last];
  const int64_t rowsPerTask = smaller(rows, roundUp(divideUp(kCopyTaskElements, columns), kSquare));
  const int64_t bands = divideUp(rows, rowsPerTask);
  const int64_t planes = sizeOfFirst(axes, last - 1);
  const int64_t planesPerTask = larger<int64_t>(1, kCopyTaskElements / (rows * columns));
  const int64_t fromStep = axes.fromStep[last];
  const int64_t toStep = axes.toStep[last - 1];
  parallelFor(divideUp(planes, planesPerTask) * bands, [&](int64_t task) {
    const int64_t endPlane = smaller((task / bands + 1) * planesPerTask, planes);
    const int64_t row = task % bands * rowsPerTask;
    for (int64_t plane = task / bands * planesPerTask; plane < endPlane; plane++) {
      const Offsets at = offsetsOf(axes, last - 1, plane);
      transposePlane(smaller(rowsPerTask, rows - row), columns, from + at.from + row, fromStep,
                     to + at.to + row * toStep, toStep);
    }
  });
}

/** The same axes with the one along which `from` is consecutive moved before the last; true if there is one. */
MALMOI_INLINE bool moveConsecutive(const CopyAxes& axes, CopyAxes& moved) {
  const int last = axes.rank - 1;
  if (axes.toStep[last] != 1 || axes.fromStep[last] < 2) return false;
  int found = -1;
  for (int axis = 0; axis < last; axis++) found = axes.fromStep[axis] == 1 ? axis : found;
  if (found < 0) return false;
  moved = axes;
  for (int axis = found; axis < last - 1; axis++) {
    moved.size[axis] = axes.size[axis + 1];
    moved.fromStep[axis] = axes.fromStep[axis + 1];
    moved.toStep[axis] = axes.toStep[axis + 1];
  }
  moved.size[last - 1] = axes.size[found];
  moved.fromStep[last - 1] = 1;
  moved.toStep[last - 1] = axes.toStep[found];
  return true;
}

template <typename Element>
MALMOI_INLINE void copyElements(const CopyAxes& axes, const void* from, void* to) {
  CopyAxes moved;
  if (moveConsecutive(axes, moved)) {
    transposePlanes(moved, static_cast<const Element*>(from), static_cast<Element*>(to));
  } else {
    copyRuns(axes, static_cast<const Element*>(from), static_cast<Element*>(to));
  }
}

}  // namespace

void copyStrided(const CopyAxes& axes, int64_t elementBytes, const void* from, void* to) {
  if (elementBytes == 1) copyElements<uint8_t>(axes, from, to);
  else copyElements<uint32_t>(axes, from, to);
}

}  // namespace MALMOI_ISA
}  // namespace malmoi
