#include "data/emoji_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "data/growing_array.h"
#include "data/text_lines.h"
#include "data/word_map.h"

enum { COLUMN_COUNT = 5 };

const char *emoji_split_name(EmojiSplit split)
{
#define SPLIT_NAME(code, name) name,
    static const char *const names[] = {EMOJI_SPLIT_TABLE(SPLIT_NAME)};
#undef SPLIT_NAME
    return names[split];
}

const char *emoji_label_name(uint32_t label)
{
    static const char *const NAMES[EMOJI_LABEL_COUNT] = {
        "Smileys & Emotion", "People & Body", "Animals & Nature", "Food & Drink",
        "Travel & Places",   "Activities",    "Objects",          "Symbols"};
    return NAMES[label];
}

/* What is needed all along while a file is read. */
typedef struct Reading {
    TextLines lines;
    WordMap seen; /* emoji */
    EmojiTable *table;
    Problem *problem;
} Reading;

static Status read_split(Reading *reading, const char *name, EmojiSplit *split)
{
    for (int i = 0; i < EMOJI_SPLIT_COUNT; i++) {
        if (strcmp(name, emoji_split_name((EmojiSplit)i)) == 0) {
            *split = (EmojiSplit)i;
            return STATUS_OK;
        }
    }
    return text_lines_refuse(&reading->lines, reading->problem, STATUS_BAD_VALUE,
                             "the split \"%s\" is not one of pre, train, dev, test.", name);
}

static Status read_label(Reading *reading, const char *text, uint32_t *label)
{
    uint64_t number = 0;
    if (!text_parse_u64(text, &number) || number >= EMOJI_LABEL_COUNT) {
        return text_lines_refuse(&reading->lines, reading->problem, STATUS_BAD_VALUE,
                                 "the label \"%s\" is not a number from 0 to %d.", text,
                                 EMOJI_LABEL_COUNT - 1);
    }
    *label = (uint32_t)number;
    return STATUS_OK;
}

static Status read_keywords(Reading *reading, char *text, EmojiRow *row)
{
    char *fields[EMOJI_KEYWORDS_MAX];
    const size_t count = text_cut_fields(text, '|', fields, EMOJI_KEYWORDS_MAX);
    if (count > EMOJI_KEYWORDS_MAX) {
        return text_lines_refuse(&reading->lines, reading->problem, STATUS_BAD_VALUE,
                                 "has %zu keywords; at most %d are read.", count,
                                 EMOJI_KEYWORDS_MAX);
    }
    EmojiTable *table = reading->table;
    const char **keywords = array_with_room(table->keywords, &table->keyword_capacity,
                                            table->keyword_count + count, sizeof *keywords);
    if (keywords == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    table->keywords = keywords;
    row->first_keyword = table->keyword_count;
    for (size_t i = 0; i < count; i++) {
        if (fields[i][0] != '\0') {
            keywords[table->keyword_count++] = fields[i];
        }
    }
    row->keyword_count = table->keyword_count - row->first_keyword;
    return STATUS_OK;
}

static Status read_row(Reading *reading, char *line)
{
    char *fields[COLUMN_COUNT];
    const size_t count = text_cut_fields(line, '\t', fields, COLUMN_COUNT);
    if (count != COLUMN_COUNT) {
        return text_lines_refuse(&reading->lines, reading->problem, STATUS_BAD_FORMAT,
                                 "has %zu columns; it should have 5: emoji, split, label, name, "
                                 "keywords.",
                                 count);
    }
    EmojiRow row = {.emoji = fields[0], .name = fields[3]};
    if (row.emoji[0] == '\0' || row.name[0] == '\0') {
        return text_lines_refuse(&reading->lines, reading->problem, STATUS_BAD_VALUE, "has no %s.",
                                 row.emoji[0] == '\0' ? "emoji" : "name");
    }
    TRY(read_split(reading, fields[1], &row.split));
    TRY(read_label(reading, fields[2], &row.label));
    TRY(read_keywords(reading, fields[4], &row));
    const uint32_t before = word_map_find(&reading->seen, row.emoji, strlen(row.emoji));
    if (before != WORD_NOT_FOUND) {
        return text_lines_refuse(&reading->lines, reading->problem, STATUS_BAD_VALUE,
                                 "the emoji %s stands in row %u already.", row.emoji, before + 1);
    }
    EmojiTable *table = reading->table;
    TRY(word_map_add(&reading->seen, row.emoji, strlen(row.emoji), (uint32_t)table->count));
    EmojiRow *rows =
        array_with_room(table->rows, &table->row_capacity, table->count + 1, sizeof *rows);
    if (rows == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    table->rows = rows;
    rows[table->count++] = row;
    return STATUS_OK;
}

static Status read_rows(Reading *reading)
{
    char *line = NULL;
    do {
        TRY(text_lines_next(&reading->lines, &line, reading->problem));
        if (line != NULL) {
            TRY(read_row(reading, line));
        }
    } while (line != NULL);
    return reading->table->count > 0 ? STATUS_OK
                                     : problem_describe(reading->problem, STATUS_BAD_FORMAT,
                                                        "%s: has no rows.", reading->lines.path);
}

Status emoji_table_read(const char *path, EmojiTable *out, Problem *problem)
{
    EmojiTable table = {0};
    Reading reading = {.table = &table, .problem = problem};
    TRY(text_lines_open(path, &reading.lines, problem));
    const Status status = read_rows(&reading);
    if (status == STATUS_OUT_OF_MEMORY) {
        problem_describe(problem, status, "%s: not enough memory to read it.", path);
    }
    table.block = reading.lines.block;
    reading.lines.block = NULL;
    text_lines_close(&reading.lines);
    word_map_clear(&reading.seen);
    if (status != STATUS_OK) {
        emoji_table_clear(&table);
        return status;
    }
    *out = table;
    return STATUS_OK;
}

void emoji_table_clear(EmojiTable *table)
{
    free(table->rows);
    free(table->keywords);
    free(table->block);
    *table = (EmojiTable){0};
}
