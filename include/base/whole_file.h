/* base/whole_file.h -- files that appear whole or not at all. */
#ifndef BASE_WHOLE_FILE_H
#define BASE_WHOLE_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/problem.h"

/* A file being written beside its place ("path.tmp"). Whoever opens one finishes it. */
typedef struct WholeFile {
    FILE *stream; /* write here */
    char *path;
    char *beside;
} WholeFile;

/* STATUS_FILE_UNWRITABLE names the path and the reason; STATUS_OUT_OF_MEMORY. *file is then all zero. */
Status whole_file_open(const char *path, WholeFile *file, Problem *problem);

/* Bring what was written to the disk and put it in its place, replacing an older file; or, with is_complete false (a write failed: errno
 * says why), throw it away. Either way the file is closed and *file all zero.
 * STATUS_FILE_UNWRITABLE (full disk included): an older file at the path is as it was, and nothing is left beside it. */
Status whole_file_finish(WholeFile *file, bool is_complete, Problem *problem);

/* Delete what a writer of that file that was killed has left beside it, if anything. */
void whole_file_forget_attempt(const char *path);

/* Write `text` and a line end in one go. */
Status whole_file_write(const char *path, const char *text, Problem *problem);

#endif
