#include "data/text_lines.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"

Status text_lines_refuse(const TextLines *lines, Problem *problem, Status status,
                         const char *format, ...)
{
    char sentence[PROBLEM_TEXT_BYTES];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    return problem_describe(problem, status, "%s, line %zu: %s", lines->path, lines->number,
                            sentence);
}

Status text_lines_open(const char *path, TextLines *lines, Problem *problem)
{
    static const char MARK[] = "\xEF\xBB\xBF";
    TextLines opened = {.path = path};
    TRY(json_read_text(path, LINES_FILE_BYTES_MAX, &opened.block, &opened.size, problem));
    if (opened.size >= sizeof MARK - 1 && memcmp(opened.block, MARK, sizeof MARK - 1) == 0) {
        opened.at = sizeof MARK - 1;
    }
    if (opened.at == opened.size) {
        free(opened.block);
        return problem_describe(problem, STATUS_BAD_FORMAT, "%s: is empty.", path);
    }
    *lines = opened;
    return STATUS_OK;
}

void text_lines_close(TextLines *lines)
{
    free(lines->block);
    *lines = (TextLines){0};
}

static Status check_line(const TextLines *lines, const char *line, size_t size, Problem *problem)
{
    if (size > LINE_BYTES_MAX) {
        return text_lines_refuse(lines, problem, STATUS_BAD_FORMAT,
                                 "has %zu bytes; a line has at most %d.", size, LINE_BYTES_MAX);
    }
    for (size_t at = 0; at < size;) {
        const unsigned char byte = (unsigned char)line[at];
        if (byte == '\0') {
            return text_lines_refuse(lines, problem, STATUS_BAD_FORMAT, "has a NUL at byte %zu.",
                                     at + 1);
        }
        int32_t code_point = byte;
        at += byte < 0x80 ? 1 : text_decode(line + at, size - at, &code_point);
        if (code_point < 0) {
            return text_lines_refuse(lines, problem, STATUS_BAD_FORMAT, "is not UTF-8 at byte %zu.",
                                     at);
        }
    }
    return STATUS_OK;
}

Status text_lines_next(TextLines *lines, char **line, Problem *problem)
{
    *line = NULL;
    while (lines->at < lines->size) {
        char *start = lines->block + lines->at;
        const size_t left = lines->size - lines->at;
        const char *newline = memchr(start, '\n', left);
        size_t size = newline == NULL ? left : (size_t)(newline - start);
        lines->at += newline == NULL ? size : size + 1;
        lines->number++;
        size -= size > 0 && start[size - 1] == '\r' ? 1 : 0;
        if (strspn(start, " \t") >= size) {
            continue;
        }
        TRY(check_line(lines, start, size, problem));
        start[size] = '\0';
        *line = start;
        return STATUS_OK;
    }
    return STATUS_OK;
}

size_t text_cut_fields(char *text, char separator, char **fields, size_t capacity)
{
    size_t count = 0;
    for (char *at = text; at != NULL; count++) {
        if (count < capacity) {
            fields[count] = at;
        }
        at = strchr(at, separator);
        if (at != NULL) {
            *at++ = '\0';
        }
    }
    return count;
}
