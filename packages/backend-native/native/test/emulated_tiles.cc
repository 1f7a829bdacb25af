#include "test/emulated_tiles.h"

#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace malmoi {
namespace emulated {
namespace {

constexpr int kTiles = 8;
constexpr int kMostRows = 16;
constexpr int kMostRowBytes = 64;

struct Tile {
  int rows;
  /** `colsb` of the manual. */
  int rowBytes;
  uint8_t data[kMostRows][kMostRowBytes];
};

struct TileState {
  bool configured;
  Tile tiles[kTiles];
};

thread_local TileState state = {};
std::atomic<int64_t> dots{0};

[[noreturn]] void fault(const char* instruction, const char* what) {
  std::fprintf(stderr, "emulated AMX: %s: %s\n", instruction, what);
  std::abort();
}

Tile& tileOf(const char* instruction, int number) {
  if (!state.configured) fault(instruction, "tiles are not configured");
  if (number < 0 || number >= kTiles) fault(instruction, "there is no such tile");
  Tile& tile = state.tiles[number];
  if (tile.rows == 0 || tile.rowBytes == 0) fault(instruction, "the tile is not configured");
  return tile;
}

/** Operands and results below the smallest normal number are 0 of their sign (DAZ = FTZ = 1). */
float flushed(float value) {
  return std::fabs(value) < std::numeric_limits<float>::min() ? std::copysign(0.0f, value) : value;
}

constexpr int kMostHalves = kMostRowBytes / 2;

/** A tile's bfloat16 numbers, flushed. */
struct Halves {
  float at[kMostRows][kMostHalves];

  explicit Halves(const Tile& tile) {
    for (int row = 0; row < kMostRows; row++) {
      for (int i = 0; i < kMostHalves; i++) {
        uint16_t half;
        std::memcpy(&half, tile.data[row] + 2 * i, sizeof half);
        const uint32_t bits = static_cast<uint32_t>(half) << 16;
        std::memcpy(&at[row][i], &bits, sizeof bits);
        at[row][i] = flushed(at[row][i]);
      }
    }
  }
};

}  // namespace

void configureTiles(const void* configuration) {
  const char* const name = "LDTILECFG";
  uint8_t bytes[64];
  std::memcpy(bytes, configuration, sizeof bytes);
  if (bytes[0] == 0) {
    state = {};
    return;
  }
  if (bytes[0] != 1) fault(name, "there are palettes 0 and 1 alone");
  if (bytes[1] != 0) fault(name, "a start row is for interrupted loads alone");
  for (int i = 2; i < 16; i++) {
    if (bytes[i] != 0) fault(name, "reserved bytes must be 0");
  }
  TileState next = {};
  for (int i = 0; i < 16; i++) {
    uint16_t rowBytes;
    std::memcpy(&rowBytes, bytes + 16 + 2 * i, sizeof rowBytes);
    const int rows = bytes[48 + i];
    if (i >= kTiles) {
      if (rowBytes != 0 || rows != 0) fault(name, "there are eight tiles");
      continue;
    }
    if (rowBytes > kMostRowBytes || rows > kMostRows) fault(name, "a tile has 16 rows of 64 bytes at most");
    if ((rowBytes == 0) != (rows == 0)) fault(name, "a tile has rows without bytes or the reverse");
    next.tiles[i].rows = rows;
    next.tiles[i].rowBytes = rowBytes;
  }
  next.configured = true;
  state = next;
}

void releaseTiles() { state = {}; }

void zeroTile(int tile) {
  Tile& target = tileOf("TILEZERO", tile);
  std::memset(target.data, 0, sizeof target.data);
}

void loadTile(int tile, const void* from, int64_t rowBytes) {
  Tile& target = tileOf("TILELOADD", tile);
  std::memset(target.data, 0, sizeof target.data);
  for (int row = 0; row < target.rows; row++) {
    std::memcpy(target.data[row], static_cast<const char*>(from) + row * rowBytes,
                static_cast<size_t>(target.rowBytes));
  }
}

void storeTile(int tile, void* to, int64_t rowBytes) {
  const Tile& source = tileOf("TILESTORED", tile);
  for (int row = 0; row < source.rows; row++) {
    std::memcpy(static_cast<char*>(to) + row * rowBytes, source.data[row], static_cast<size_t>(source.rowBytes));
  }
}

void dotBfloat16(int sum, int a, int b) {
  const char* const name = "TDPBF16PS";
  Tile& target = tileOf(name, sum);
  const Tile& left = tileOf(name, a);
  const Tile& right = tileOf(name, b);
  if (sum == a || sum == b || a == b) fault(name, "the three tiles must differ");
  if (target.rowBytes % 4 != 0 || left.rowBytes % 4 != 0) fault(name, "rows must be of 32-bit elements");
  if (target.rows != left.rows || left.rowBytes / 4 != right.rows || target.rowBytes != right.rowBytes) {
    fault(name, "the shapes of the tiles do not fit together");
  }
  const int columns = target.rowBytes / 4;
  const Halves leftHalves(left);
  const Halves rightHalves(right);
  for (int m = 0; m < target.rows; m++) {
    // Even and odd depths are summed apart, then together, then to the target.
    float sums[kMostHalves] = {};
    for (int k = 0; k < left.rowBytes / 4; k++) {
      for (int n = 0; n < 2 * columns; n++) {
        sums[n] = flushed(std::fma(leftHalves.at[m][2 * k + n % 2], rightHalves.at[k][n], sums[n]));
      }
    }
    for (int n = 0; n < columns; n++) {
      float value;
      std::memcpy(&value, target.data[m] + 4 * n, sizeof value);
      value = flushed(flushed(value) + flushed(sums[2 * n] + sums[2 * n + 1]));
      std::memcpy(target.data[m] + 4 * n, &value, sizeof value);
    }
    std::memset(target.data[m] + target.rowBytes, 0, static_cast<size_t>(kMostRowBytes - target.rowBytes));
  }
  dots.fetch_add(1, std::memory_order_relaxed);
}

int64_t dotProducts() { return dots.load(std::memory_order_relaxed); }

}  // namespace emulated
}  // namespace malmoi
