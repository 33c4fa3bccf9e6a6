/* base/problem.c -- formatting and cleaning the one line that the user sees. */
#include "base/problem.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

Status problem_describe(Problem *problem, Status status, const char *format, ...)
{
    if (problem == NULL) {
        return status;
    }
    /* Apart from problem->text: an argument may be the text of this very problem.
     * Longer than it, because cleaning turns up to three bytes into one. */
    char raw[3 * PROBLEM_TEXT_BYTES];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(raw, sizeof raw, format, arguments);
    va_end(arguments);
    problem->status = status;
    text_clean(length >= 0 ? raw : status_sentence(status), problem->text, sizeof problem->text,
               INT_MAX);
    return status;
}
