/* base/problem.c -- formatting and cleaning the one line that the user sees. */
#include "base/problem.h"

#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { RAW_BYTES = 8192, END_BYTES = 160 };

static bool is_within_code_point(char byte)
{
    return ((unsigned char)byte & 0xC0U) == 0x80U;
}

/* What does not fit is left out before the last part: a long path must not hide the reason behind it. */
static void shorten(const char *clean, char text[PROBLEM_TEXT_BYTES])
{
    static const char GAP[] = " ... ";
    const size_t size = strlen(clean);
    if (size < PROBLEM_TEXT_BYTES) {
        memcpy(text, clean, size + 1);
        return;
    }
    const char *end = clean + size - END_BYTES;
    while (is_within_code_point(*end)) {
        end++;
    }
    size_t kept = PROBLEM_TEXT_BYTES - END_BYTES - sizeof GAP;
    while (kept > 0 && is_within_code_point(clean[kept])) {
        kept--;
    }
    (void)snprintf(text, PROBLEM_TEXT_BYTES, "%.*s%s%s", (int)kept, clean, GAP, end);
}

Status problem_describe(Problem *problem, Status status, const char *format, ...)
{
    if (problem == NULL) {
        return status;
    }
    /* Apart from problem->text: an argument may be the text of this very problem. Long enough for a path of any length within. */
    char raw[RAW_BYTES];
    char clean[RAW_BYTES];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(raw, sizeof raw, format, arguments);
    va_end(arguments);
    problem->status = status;
    text_clean(length >= 0 ? raw : status_sentence(status), clean, sizeof clean, INT_MAX);
    shorten(clean, problem->text);
    return status;
}
