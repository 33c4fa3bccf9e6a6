/* base/plain_file.h -- opening what must be a file to read. */
#ifndef BASE_PLAIN_FILE_H
#define BASE_PLAIN_FILE_H

#include <stdio.h>

#include "base/problem.h"

/* Open a file to read it; the caller closes it. A folder, a device or a named pipe is none, and is not waited for.
 * STATUS_FILE_UNREADABLE: the problem names path and reason, errno is ENOENT if nothing is there, and *out is NULL. */
Status plain_file_open(const char *path, FILE **out, Problem *problem);

#endif
