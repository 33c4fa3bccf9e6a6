/* data/text_lines.h -- a text file line by line, each one checked, with its number for messages. */
#ifndef DATA_TEXT_LINES_H
#define DATA_TEXT_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"
#include "base/status.h"

enum { LINES_FILE_BYTES_MAX = 1 << 30, LINE_BYTES_MAX = 1 << 20 };

/* An open file. The path is borrowed. */
typedef struct TextLines {
    const char *path;
    char *block; /* the whole file; owned */
    size_t size;
    size_t at;     /* where the next line starts */
    size_t number; /* of the line read last, from 1 */
} TextLines;

/* Read the file at `path`; a byte order mark at its start is passed over. STATUS_FILE_UNREADABLE (missing, larger than
 * LINES_FILE_BYTES_MAX), STATUS_BAD_FORMAT (empty), STATUS_OUT_OF_MEMORY. The caller calls text_lines_close. */
Status text_lines_open(const char *path, TextLines *lines, Problem *problem);
void text_lines_close(TextLines *lines);

/* The next line that is not blank goes to *line, NUL-ended and without its line end (LF or CR LF), which the caller may write into;
 * it is valid UTF-8. NULL after the last one. STATUS_BAD_FORMAT (not UTF-8, a NUL, more than LINE_BYTES_MAX bytes) names file and line. */
Status text_lines_next(TextLines *lines, char **line, Problem *problem);

/* "PATH, line N: " and a printf-style sentence; returns `status`. */
Status text_lines_refuse(const TextLines *lines, Problem *problem, Status status,
                         const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Cut a NUL-ended text at each `separator`, writing NULs into it. fields [capacity] out. Returns how many fields there are, which may
 * exceed capacity (the rest is then uncut in no field). */
size_t text_cut_fields(char *text, char separator, char **fields, size_t capacity);

#endif
