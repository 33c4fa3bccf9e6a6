#include "base/free_memory.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES = 4096 };

/* The beginning of a file of the kernel's; "" if it cannot be read. */
static void read_start(const char *path, char text[TEXT_BYTES])
{
    FILE *file = fopen(path, "r");
    text[0] = '\0';
    if (file != NULL) {
        text[fread(text, 1, TEXT_BYTES - 1, file)] = '\0';
        fclose(file); /* read-only: nothing to lose */
    }
}

double free_memory_of_meminfo(const char *meminfo)
{
    static const char KEY[] = "MemAvailable:";
    const char *line = strstr(meminfo, KEY);
    return line == NULL ? (double)INFINITY : 1024.0 * strtod(line + sizeof KEY - 1, NULL);
}

static bool parse_bytes(const char *text, double *bytes)
{
    char *end = NULL;
    *bytes = strtod(text, &end);
    return end != text && isfinite(*bytes);
}

double free_memory_of_group(const char *limit, const char *used)
{
    double limit_bytes = 0.0;
    double used_bytes = 0.0;
    if (!parse_bytes(limit, &limit_bytes) || !parse_bytes(used, &used_bytes)) {
        return (double)INFINITY;
    }
    return fmax(0.0, limit_bytes - used_bytes);
}

double free_memory_bytes(void)
{
    char meminfo[TEXT_BYTES];
    char limit[TEXT_BYTES];
    char used[TEXT_BYTES];
    read_start("/proc/meminfo", meminfo);
    read_start("/sys/fs/cgroup/memory.max", limit);
    read_start("/sys/fs/cgroup/memory.current", used);
    return fmin(free_memory_of_meminfo(meminfo), free_memory_of_group(limit, used));
}
