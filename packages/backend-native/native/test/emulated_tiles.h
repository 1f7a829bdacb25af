// The tile registers of AMX in plain C++, for tests on machines without them (Intel 64 and IA-32 Architectures
// Software Developer's Manual, volume 2: LDTILECFG, TILELOADD, TILESTORED, TILEZERO, TILERELEASE, TDPBF16PS). Each
// thread has its own. What the processor answers with an exception ends the program here, with a message.
#pragma once

#include <cstdint>

namespace malmoi {
namespace emulated {

/** LDTILECFG: 64 bytes, palette 1; clears all tiles. */
void configureTiles(const void* configuration);
/** TILERELEASE: no tile is configured afterwards. */
void releaseTiles();
/** TILEZERO. */
void zeroTile(int tile);
/** TILELOADD: the tile's rows, each `rowBytes` after the one before it; what a row does not fill becomes 0. */
void loadTile(int tile, const void* from, int64_t rowBytes);
/** TILESTORED. */
void storeTile(int tile, void* to, int64_t rowBytes);
/** TDPBF16PS: sum += a * b, where a row of b holds pairs of depths. */
void dotBfloat16(int sum, int a, int b);

/** How many TDPBF16PS have run in the process, to see that a test got there at all. */
int64_t dotProducts();

}  // namespace emulated
}  // namespace malmoi
