/* store/run_folders.h -- from what a person names (a run, a folder of runs, a pattern) to run directories and the table beside them. */
#ifndef STORE_RUN_FOLDERS_H
#define STORE_RUN_FOLDERS_H

#include <stddef.h>

#include "base/problem.h"

enum { RUN_FOLDERS_MAX = 64 };

/* `{0}` is empty; run_folders_clear. All owned. */
typedef struct RunFolders {
    char *paths[RUN_FOLDERS_MAX]; /* run directories */
    size_t count;
    char *
        finals; /* finals.jsonl: in a folder that was named, beside the first run, or the file named; NULL: none */
} RunFolders;

/* Each word is a run directory (it holds run.json); a folder with run directories in it, taken in the order of their names, or with a
 * finals.jsonl; such a file itself; or a pattern of the shell's kind for these (what is there under the very name goes first).
 * STATUS_BAD_USAGE: nothing recorded is there, or more than RUN_FOLDERS_MAX runs; *problem names the word. STATUS_OUT_OF_MEMORY. *out is
 * then empty. */
Status run_folders_find(const char *const *words, size_t count, RunFolders *out, Problem *problem);
void run_folders_clear(RunFolders *folders);

#endif
