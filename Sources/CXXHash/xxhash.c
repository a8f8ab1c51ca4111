#define XXH_INLINE_ALL
#include <xxhash.h>
#include "CXXHash.h"

uint64_t xxh3_64(const void *data, size_t length) { return XXH3_64bits(data, length); }
uint64_t xxh3_64_seeded(const void *data, size_t length, uint64_t seed) {
  return XXH3_64bits_withSeed(data, length, seed);
}
void xxh3_128(const void *data, size_t length, uint64_t out[2]) {
  XXH128_hash_t hash = XXH3_128bits(data, length);
  out[0] = hash.high64;
  out[1] = hash.low64;
}
