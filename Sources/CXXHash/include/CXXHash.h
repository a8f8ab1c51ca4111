#ifndef SOJOURN_CXXHASH_H
#define SOJOURN_CXXHASH_H
#include <stddef.h>
#include <stdint.h>
/// XXH3, 64 bits, seed 0.
uint64_t xxh3_64(const void *data, size_t length);
/// XXH3, 64 bits, chained: the previous digest is the seed.
uint64_t xxh3_64_seeded(const void *data, size_t length, uint64_t seed);
/// XXH3, 128 bits, seed 0; `out[0]` is the high half.
void xxh3_128(const void *data, size_t length, uint64_t out[2]);
#endif
