/* base/problem.h -- what went wrong, where, and what to do, as one line for the user. */
#ifndef BASE_PROBLEM_H
#define BASE_PROBLEM_H

#include "base/status.h"

enum { PROBLEM_TEXT_BYTES = 512 };

/* Lives on the caller's stack; `{0}` is "no problem". Functions that read what a user gave take one
 * and fill it on failure, so that the message can name the file, the key, the line and the range. */
typedef struct Problem {
    Status status;
    char text[PROBLEM_TEXT_BYTES]; /* UTF-8, one line, no control characters */
} Problem;

/* Record `status` with a printf-style sentence. Control characters become '?'; of one that is too long the beginning and the last 160
 * bytes are kept, with " ... " between.
 * problem  out, may be NULL (then only the status is handed back)
 * Returns `status`, so that callers can write `return problem_describe(problem, STATUS_..., "...")`. */
Status problem_describe(Problem *problem, Status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
