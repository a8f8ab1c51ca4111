#ifndef SOJOURN_CALLOCATOR_H
#define SOJOURN_CALLOCATOR_H
/// Sets glibc's thresholds so that large blocks stay in the process when freed; does nothing with another C library.
void allocator_keep_large_blocks(void);
#endif
