#include "base/fresh_memory.h"

#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* Below, a system call costs as much as the faults it saves. */
enum { BYTES_MIN = 1 << 16 };

void fresh_memory_prepare(void *memory, size_t bytes)
{
#ifdef MADV_POPULATE_WRITE
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    char *const start = memory;
    const size_t before = (page - (uintptr_t)start % page) % page;
    if (bytes < BYTES_MIN || before >= bytes) {
        return;
    }
    const int reason = errno;
    (void)madvise(start + before, (bytes - before) / page * page, MADV_POPULATE_WRITE);
    errno = reason; /* a system that cannot do that is no failure of ours */
#else
    (void)memory;
    (void)bytes;
#endif
}
