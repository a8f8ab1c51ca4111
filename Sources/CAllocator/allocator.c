#include "CAllocator.h"

#if defined(__GLIBC__) || defined(__linux__)
#include <features.h>
#endif

#ifdef __GLIBC__
#include <malloc.h>

void allocator_keep_large_blocks(void) {
  // No threshold will do: glibc refuses one above 32 MiB.
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  // One arena: the others are made of 64 MiB heaps that are unmapped whenever they fall empty, and so their pages are
  // zeroed again for every batch. Small blocks come from each thread's own cache, so the arena's lock is seldom taken.
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_TOP_PAD, 64 << 20);
}
#else
void allocator_keep_large_blocks(void) {}
#endif
