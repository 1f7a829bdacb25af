// The instructions of AMX that kernels use: the intrinsics, or, with MALMOI_EMULATE_AMX, plain C++ that does what the
// processor's manual says, so that the code around them is tested where there is no AMX. Macros, since GCC writes the
// number of a tile into the assembler text and takes nothing but a literal.
#pragma once

#if defined(MALMOI_EMULATE_AMX)

#include "test/emulated_tiles.h"

#define MALMOI_TILE_CONFIGURE(configuration) ::malmoi::emulated::configureTiles(configuration)
#define MALMOI_TILE_RELEASE() ::malmoi::emulated::releaseTiles()
#define MALMOI_TILE_ZERO(tile) ::malmoi::emulated::zeroTile(tile)
#define MALMOI_TILE_LOAD(tile, from, rowBytes) ::malmoi::emulated::loadTile(tile, from, rowBytes)
#define MALMOI_TILE_STORE(tile, to, rowBytes) ::malmoi::emulated::storeTile(tile, to, rowBytes)
#define MALMOI_TILE_DOT_BFLOAT16(sum, a, b) ::malmoi::emulated::dotBfloat16(sum, a, b)

#else

#include <immintrin.h>

#define MALMOI_TILE_CONFIGURE(configuration) _tile_loadconfig(configuration)
#define MALMOI_TILE_RELEASE() _tile_release()
#define MALMOI_TILE_ZERO(tile) _tile_zero(tile)
#define MALMOI_TILE_LOAD(tile, from, rowBytes) _tile_loadd(tile, from, rowBytes)
#define MALMOI_TILE_STORE(tile, to, rowBytes) _tile_stored(tile, to, rowBytes)
/** sum += a * b, pair by pair: TDPBF16PS. */
#define MALMOI_TILE_DOT_BFLOAT16(sum, a, b) _tile_dpbf16ps(sum, a, b)

#endif
