/* tests/data/sample_file.h -- small files for tests, in a folder of their own that vanishes with the test. */
#ifndef TESTS_SAMPLE_FILE_H
#define TESTS_SAMPLE_FILE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/problem.h"

typedef struct SampleFile {
    char folder[64];
    char path[128];
} SampleFile;

/* Make the folder; the file's name in it is `name`. */
static inline SampleFile *sample_file_make(const char *name)
{
    SampleFile *sample = calloc(1, sizeof *sample);
    assert_non_null(sample);
    strcpy(sample->folder, "/tmp/tramlab-sample-XXXXXX");
    assert_non_null(mkdtemp(sample->folder));
    snprintf(sample->path, sizeof sample->path, "%s/%s", sample->folder, name);
    return sample;
}

static inline void sample_file_write(const SampleFile *sample, const void *bytes, size_t size)
{
    FILE *file = fopen(sample->path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static inline void sample_file_write_text(const SampleFile *sample, const char *text)
{
    sample_file_write(sample, text, strlen(text));
}

static inline void sample_file_remove(SampleFile *sample)
{
    unlink(sample->path);
    assert_int_equal(rmdir(sample->folder), 0); /* nothing was left behind */
    free(sample);
}

/* The problem is of that status, names the file, and says `word`, in one line. */
static inline void assert_problem(const Problem *problem, Status expected, const char *path,
                                  const char *word)
{
    assert_int_equal(problem->status, expected);
    if (strstr(problem->text, path) == NULL || strstr(problem->text, word) == NULL) {
        fail_msg("\"%s\" and \"%s\" should be in: %s", path, word, problem->text);
    }
    assert_null(strchr(problem->text, '\n'));
}

#endif
