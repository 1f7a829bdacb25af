// Shapes from JavaScript made into walks over memory for the kernels: checked, without axes of size 1, and with
// neighbouring axes joined where they can be walked through as one.
#pragma once

#include <vector>

#include "binding/arguments.h"
#include "kernels/elementwise_kernels.h"
#include "kernels/layout_kernels.h"

namespace malmoi {

/** Product of sizes; fails where it exceeds 2^52. */
int64_t sizeOfShape(const Arguments& arguments, const char* name, const std::vector<int64_t>& shape);

struct Broadcast {
  BroadcastAxes axes;
  int64_t aSize;
  int64_t bSize;
  int64_t outSize;
};

/** Reads the shapes of a and b and broadcasts them by NumPy's rules; fails where they do not go together. */
Broadcast readBroadcast(Arguments& arguments);

/** A walk given by JavaScript, and how far it reaches into both arrays. */
struct Walk {
  CopyAxes axes;
  /** Elements from the first to behind the last one touched; 0 where the walk is empty. */
  int64_t fromReach;
  int64_t toReach;
};

/** Reads sizes and the steps of both sides. */
Walk readWalk(Arguments& arguments);

}  // namespace malmoi
