/* base/fresh_memory.h -- memory that is about to be written for the first time. */
#ifndef BASE_FRESH_MEMORY_H
#define BASE_FRESH_MEMORY_H

#include <stddef.h>

/* Have the system back all whole pages of `memory` [bytes] now, in one go, where it can: cheaper than the fault that each page would otherwise
 * cost when it is first written (a third of the time of loading a large model). Contents are as before; without effect on memory that is backed
 * already, on small pieces, and on systems older than Linux 5.14. */
void fresh_memory_prepare(void *memory, size_t bytes);

#endif
