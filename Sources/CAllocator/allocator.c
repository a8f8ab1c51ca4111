#include "CAllocator.h"

#if defined(__GLIBC__) || defined(__linux__)
#include <features.h>
#endif

#ifdef __GLIBC__
#include <malloc.h>

void allocator_keep_large_blocks(void) {
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  // Few arenas: many would each keep a share of freed memory of their own.
  mallopt(M_ARENA_MAX, 4);
}
#else
void allocator_keep_large_blocks(void) {}
#endif
