/* base/free_memory.h -- how much memory this process can still have. */
#ifndef BASE_FREE_MEMORY_H
#define BASE_FREE_MEMORY_H

/* Bytes that can be taken without swapping: MemAvailable of /proc/meminfo, or what the control group that we are in leaves free, whichever is
 * less; INFINITY where neither can be read. */
double free_memory_bytes(void);

/* The parts of it, on text as these files hold it. */
/* MemAvailable in bytes; INFINITY if the text has no such line. */
double free_memory_of_meminfo(const char *meminfo);
/* memory.max less memory.current, not below 0; INFINITY where the limit is "max" or a text is not a number. */
double free_memory_of_group(const char *limit, const char *used);

#endif
