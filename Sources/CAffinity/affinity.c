// Swift's import of the C library leaves GNU's own calls out.
#define _GNU_SOURCE
#include "CAffinity.h"

#ifdef __linux__
#include <sched.h>

void affinity_stay(unsigned number) {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
  int count = CPU_COUNT(&allowed);
  if (count == 0) return;
  int left = (int)(number % (unsigned)count);
  for (int core = 0; core < CPU_SETSIZE; core++) {
    if (!CPU_ISSET(core, &allowed) || left-- > 0) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(core, &one);
    // It is only faster: where it is refused, the work goes on as well.
    (void)sched_setaffinity(0, sizeof one, &one);
    return;
  }
}
#else
void affinity_stay(unsigned number) { (void)number; }
#endif
