#include "data/language_lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "data/growing_array.h"
#include "data/text_lines.h"

enum { COLUMNS_MAX = 256 };

static Status add_line(LanguageLines *lines, const char *line, size_t row)
{
    const size_t size = strlen(line);
    char *text = array_with_room(lines->text, &lines->text_capacity, lines->text_bytes + size + 1,
                                 sizeof *text);
    if (text == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    lines->text = text;
    LanguageLine *items =
        array_with_room(lines->lines, &lines->capacity, lines->count + 1, sizeof *items);
    if (items == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    lines->lines = items;
    memcpy(text + lines->text_bytes, line, size + 1);
    text[lines->text_bytes + size] = '\n';
    items[lines->count++] = (LanguageLine){lines->text_bytes, size, (uint32_t)row};
    lines->text_bytes += size + 1;
    return STATUS_OK;
}

/* The place of the language among the columns of the first line. */
static Status find_column(TextLines *file, const char *language, size_t *column, size_t *count,
                          Problem *problem)
{
    char *line = NULL;
    char *fields[COLUMNS_MAX];
    TRY(text_lines_next(file, &line, problem));
    *count = line == NULL ? 0 : text_cut_fields(line, '\t', fields, COLUMNS_MAX);
    for (*column = 0; *column < *count && *column < COLUMNS_MAX; (*column)++) {
        if (strcmp(fields[*column], language) == 0) {
            return STATUS_OK;
        }
    }
    return problem_describe(problem, STATUS_BAD_VALUE, "%s: the first line names no column \"%s\".",
                            file->path, language);
}

static Status add_cells(LanguageLines *lines, TextLines *file, const char *language,
                        Problem *problem)
{
    size_t column = 0;
    size_t columns = 0;
    TRY(find_column(file, language, &column, &columns, problem));
    char *line = NULL;
    size_t row = 0;
    TRY(text_lines_next(file, &line, problem));
    for (; line != NULL; row++) {
        char *fields[COLUMNS_MAX];
        const size_t count = text_cut_fields(line, '\t', fields, COLUMNS_MAX);
        if (count != columns) {
            return text_lines_refuse(file, problem, STATUS_BAD_FORMAT,
                                     "has %zu columns; the first line names %zu.", count, columns);
        }
        if (fields[column][0] != '\0') {
            TRY(add_line(lines, fields[column], row));
        }
        TRY(text_lines_next(file, &line, problem));
    }
    return STATUS_OK;
}

static Status add_articles(LanguageLines *lines, TextLines *file, Problem *problem)
{
    char *line = NULL;
    TRY(text_lines_next(file, &line, problem));
    while (line != NULL) {
        char *fields[2];
        uint64_t article = 0;
        if (text_cut_fields(line, '\t', fields, 2) != 2 || !text_parse_u64(fields[0], &article) ||
            article > UINT32_MAX || fields[1][0] == '\0') {
            return text_lines_refuse(file, problem, STATUS_BAD_FORMAT,
                                     "should be a number, a tab and a text.");
        }
        TRY(add_line(lines, fields[1], (size_t)article));
        TRY(text_lines_next(file, &line, problem));
    }
    return STATUS_OK;
}

static Status explain(Status status, const char *path, Problem *problem)
{
    return status == STATUS_OUT_OF_MEMORY
               ? problem_describe(problem, status, "%s: not enough memory to read it.", path)
               : status;
}

Status language_lines_add_column(LanguageLines *lines, const char *path, const char *language,
                                 Problem *problem)
{
    TextLines file = {0};
    TRY(text_lines_open(path, &file, problem));
    const Status status = add_cells(lines, &file, language, problem);
    text_lines_close(&file);
    return explain(status, path, problem);
}

Status language_lines_add_articles(LanguageLines *lines, const char *path, Problem *problem)
{
    TextLines file = {0};
    TRY(text_lines_open(path, &file, problem));
    const Status status = add_articles(lines, &file, problem);
    text_lines_close(&file);
    return explain(status, path, problem);
}

Status language_lines_add_emoji(LanguageLines *lines, const EmojiTable *table, EmojiSplit split)
{
    for (size_t i = 0; i < table->count; i++) {
        const EmojiRow *row = &table->rows[i];
        if (row->split != split) {
            continue;
        }
        TRY(add_line(lines, row->name, i));
        for (size_t k = 0; k < row->keyword_count; k++) {
            TRY(add_line(lines, table->keywords[row->first_keyword + k], i));
        }
    }
    return STATUS_OK;
}

void language_lines_clear(LanguageLines *lines)
{
    free(lines->text);
    free(lines->lines);
    *lines = (LanguageLines){0};
}
