#include "data/labelled_files.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "data/text_lines.h"

enum { TABLE_COLUMNS_MAX = 256 };

typedef enum Column {
    COLUMN_FIRST,
    COLUMN_SECOND,
    COLUMN_LABEL,
    COLUMN_LANGUAGE,
    COLUMN_SPLIT,
    COLUMN_COUNT
} Column;

enum { ALIAS_COUNT = 3 };
static const size_t NO_PLACE = SIZE_MAX;

/* The names a column may have, the usual one first. */
static const char *const COLUMN_NAMES[COLUMN_COUNT][ALIAS_COUNT] = {
    {"text"}, {"text2"}, {"label"}, {"language"}, {"split"}};
static const char *const INFERENCE_NAMES[COLUMN_COUNT][ALIAS_COUNT] = {
    {"sentence1", "premise"},
    {"sentence2", "hypothesis", "hypo"},
    {"gold_label", "label"},
    {"language"},
    {"split"}};

/* What is needed all along while a file is read. */
typedef struct Reading {
    const LabelledSource *source;
    const LabelledWish *wish;
    LabelledText *set;
    Problem *problem;
    TextLines lines;
    size_t column_count;
    size_t places[COLUMN_COUNT]; /* of the columns in a table; NO_PLACE if it has none */
} Reading;

static const char *const *names_of(const Reading *reading, Column column)
{
    return reading->source->form == LABELLED_FORM_INFERENCE ? INFERENCE_NAMES[column]
                                                            : COLUMN_NAMES[column];
}

static bool is_listed(const char *const *list, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i], word) == 0) {
            return true;
        }
    }
    return false;
}

/* Is it one of the column's names? */
static bool has_name(const Reading *reading, Column column, const char *name)
{
    const char *const *names = names_of(reading, column);
    size_t count = 0;
    while (count < ALIAS_COUNT && names[count] != NULL) {
        count++;
    }
    return is_listed(names, count, name);
}

static Status refuse_label(const Reading *reading, const char *label, const char *const *labels,
                           size_t count)
{
    char list[200] = "";
    size_t length = 0;
    for (size_t i = 0; i < count && length < sizeof list; i++) {
        length += (size_t)snprintf(list + length, sizeof list - length, "%s%s", i > 0 ? ", " : "",
                                   labels[i]);
    }
    return text_lines_refuse(&reading->lines, reading->problem, STATUS_BAD_VALUE,
                             "the label \"%.80s\" is not one of: %s%s", label, list,
                             length < sizeof list ? "." : "...");
}

/* The label as the set shall have it. */
static Status check_label(const Reading *reading, const char **label)
{
    static const char *const inference[] = {"entailment", "neutral", "contradiction"};
    if (reading->source->form == LABELLED_FORM_INFERENCE) {
        if (strcmp(*label, "contradictory") == 0) {
            *label = inference[2];
        }
        if (!is_listed(inference, 3, *label)) {
            return refuse_label(reading, *label, inference, 3);
        }
    }
    const LabelledWish *wish = reading->wish;
    if (wish->label_count > 0 && !is_listed(wish->labels, wish->label_count, *label)) {
        return refuse_label(reading, *label, wish->labels, wish->label_count);
    }
    return STATUS_OK;
}

static Status explain_refused_row(const Reading *reading, Status status, bool is_pair)
{
    if (status != STATUS_BAD_VALUE) {
        return status;
    }
    if (reading->set->labels.count > LABEL_COUNT_MAX) {
        return text_lines_refuse(&reading->lines, reading->problem, status,
                                 "there are more than %d different labels; is this the column of "
                                 "labels?",
                                 LABEL_COUNT_MAX);
    }
    return text_lines_refuse(&reading->lines, reading->problem, status,
                             "has %s, but the rows before it had %s; they cannot be mixed.",
                             is_pair ? "two texts" : "one text", is_pair ? "one" : "two");
}

/* One row, however the file spells it. values [COLUMN_COUNT], NULL where the file has nothing. */
static Status take_row(Reading *reading, const char *const *values)
{
    LabelledRow row = {.first = values[COLUMN_FIRST],
                       .second = values[COLUMN_SECOND],
                       .label = values[COLUMN_LABEL],
                       .language = values[COLUMN_LANGUAGE],
                       .split = values[COLUMN_SPLIT]};
    if (row.language == NULL) {
        row.language = reading->source->language;
    }
    if (row.split == NULL) {
        row.split = reading->source->split != NULL ? reading->source->split : "";
    }
    if (row.language == NULL || row.language[0] == '\0') {
        return text_lines_refuse(&reading->lines, reading->problem, STATUS_BAD_VALUE,
                                 "has no language, and none was given for the whole file.");
    }
    const LabelledWish *wish = reading->wish;
    if (wish->language_count > 0 &&
        !is_listed(wish->languages, wish->language_count, row.language)) {
        return STATUS_OK;
    }
    if (reading->source->form == LABELLED_FORM_INFERENCE && strcmp(row.label, "-") == 0) {
        reading->set->skipped++;
        return STATUS_OK;
    }
    if (row.first[0] == '\0' || row.label[0] == '\0') {
        return text_lines_refuse(&reading->lines, reading->problem, STATUS_BAD_VALUE, "has no %s.",
                                 row.label[0] == '\0' ? "label" : "text");
    }
    TRY(check_label(reading, &row.label));
    return explain_refused_row(reading, labelled_text_add(reading->set, &row), row.second != NULL);
}

/* Where the columns are, from the first line. */
static Status read_header(Reading *reading, char *line)
{
    char *fields[TABLE_COLUMNS_MAX];
    reading->column_count = text_cut_fields(line, '\t', fields, TABLE_COLUMNS_MAX);
    if (reading->column_count > TABLE_COLUMNS_MAX) {
        return text_lines_refuse(&reading->lines, reading->problem, STATUS_BAD_FORMAT,
                                 "has %zu columns; at most %d are read.", reading->column_count,
                                 TABLE_COLUMNS_MAX);
    }
    for (Column column = COLUMN_FIRST; column < COLUMN_COUNT; column++) {
        reading->places[column] = NO_PLACE;
        for (size_t i = 0; i < reading->column_count; i++) {
            if (!has_name(reading, column, fields[i])) {
                continue;
            }
            if (reading->places[column] != NO_PLACE) {
                return text_lines_refuse(&reading->lines, reading->problem, STATUS_BAD_FORMAT,
                                         "the columns \"%s\" and \"%s\" say the same.",
                                         fields[reading->places[column]], fields[i]);
            }
            reading->places[column] = i;
        }
    }
    for (Column column = COLUMN_FIRST; column <= COLUMN_LABEL; column++) {
        const bool is_needed =
            column != COLUMN_SECOND || reading->source->form == LABELLED_FORM_INFERENCE;
        if (is_needed && reading->places[column] == NO_PLACE) {
            return text_lines_refuse(&reading->lines, reading->problem, STATUS_BAD_FORMAT,
                                     "should name the columns, but names no \"%s\".",
                                     names_of(reading, column)[0]);
        }
    }
    return STATUS_OK;
}

static Status read_table_row(Reading *reading, char *line)
{
    char *fields[TABLE_COLUMNS_MAX];
    const size_t count = text_cut_fields(line, '\t', fields, TABLE_COLUMNS_MAX);
    if (count != reading->column_count) {
        return text_lines_refuse(&reading->lines, reading->problem, STATUS_BAD_FORMAT,
                                 "has %zu columns; the first line names %zu.", count,
                                 reading->column_count);
    }
    const char *values[COLUMN_COUNT] = {NULL};
    for (Column column = COLUMN_FIRST; column < COLUMN_COUNT; column++) {
        const size_t place = reading->places[column];
        values[column] = place == NO_PLACE ? NULL : fields[place];
    }
    return take_row(reading, values);
}

/* The value under the column's first name that the object has; a whole number is written into `room`. */
static Status read_member(const Reading *reading, const Json *object, Column column, char room[32],
                          const char **value)
{
    const char *const *names = names_of(reading, column);
    for (size_t i = 0; i < ALIAS_COUNT && names[i] != NULL; i++) {
        const Json *member = json_member(object, names[i]);
        if (member == NULL) {
            continue;
        }
        const double number = json_number(member);
        const bool is_label = column == COLUMN_LABEL && number >= 0.0 && number < 1e9 &&
                              (double)(long)number == number;
        if (!json_is_string(member) && !is_label) {
            return text_lines_refuse(&reading->lines, reading->problem, STATUS_BAD_FORMAT,
                                     "\"%s\" should be a text%s.", names[i],
                                     column == COLUMN_LABEL ? " or a whole number" : "");
        }
        *value = json_string(member);
        if (is_label) {
            (void)snprintf(room, 32, "%ld", (long)number);
            *value = room;
        }
        return STATUS_OK;
    }
    const bool is_needed =
        column == COLUMN_FIRST || column == COLUMN_LABEL ||
        (column == COLUMN_SECOND && reading->source->form == LABELLED_FORM_INFERENCE);
    return is_needed ? text_lines_refuse(&reading->lines, reading->problem, STATUS_BAD_FORMAT,
                                         "has no \"%s\".", names[0])
                     : STATUS_OK;
}

static Status read_object(Reading *reading, const Json *object)
{
    if (!json_is_object(object)) {
        return text_lines_refuse(&reading->lines, reading->problem, STATUS_BAD_FORMAT,
                                 "should be one JSON object: {...}.");
    }
    char room[32] = "";
    const char *values[COLUMN_COUNT] = {NULL};
    for (Column column = COLUMN_FIRST; column < COLUMN_COUNT; column++) {
        TRY(read_member(reading, object, column, room, &values[column]));
    }
    return take_row(reading, values);
}

static Status read_json_row(Reading *reading, const char *line)
{
    Json *object = NULL;
    Status status = json_parse_line(line, strlen(line), reading->lines.path, reading->lines.number,
                                    &object, reading->problem);
    if (status == STATUS_OK) {
        status = read_object(reading, object);
        json_destroy(object);
    }
    return status;
}

static bool is_json_file(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot != NULL && (strcmp(dot, ".jsonl") == 0 || strcmp(dot, ".json") == 0);
}

static Status read_rows(Reading *reading)
{
    const bool is_json = is_json_file(reading->source->path);
    bool is_header = !is_json;
    char *line = NULL;
    TRY(text_lines_next(&reading->lines, &line, reading->problem));
    while (line != NULL) {
        TRY(is_header ? read_header(reading, line)
            : is_json ? read_json_row(reading, line)
                      : read_table_row(reading, line));
        is_header = false;
        TRY(text_lines_next(&reading->lines, &line, reading->problem));
    }
    return STATUS_OK;
}

/* Append strings labelled with emoji, or with the words of another table. */
static Status add_names(const EmojiTable *table, const EmojiTable *label_table,
                        const LabelledSource *source, LabelledText *set)
{
    EmojiNames names = source->names;
    names.language = source->language;
    names.label_table = label_table;
    return emoji_names_add(table, &names, set);
}

static Status add_named_by_words(const EmojiTable *table, const LabelledSource *source,
                                 LabelledText *set, Problem *problem)
{
    EmojiTable label_table = {0};
    TRY(emoji_table_read(source->label_path, &label_table, problem));
    const Status status = add_names(table, &label_table, source, set);
    emoji_table_clear(&label_table);
    return status;
}

/* Append what the form makes of one language's emoji. */
static Status add_emoji(const EmojiTable *table, const LabelledSource *source, LabelledText *set,
                        Problem *problem)
{
    switch (source->form) {
    case LABELLED_FORM_EMOJI_NAMES:
        return add_names(table, NULL, source, set);
    case LABELLED_FORM_EMOJI_WORDS:
        return add_named_by_words(table, source, set, problem);
    case LABELLED_FORM_EMOJI_PAIRS:
        return emoji_pairs_add(table, source->language, source->seed, set);
    case LABELLED_FORM_EMOJI:
    case LABELLED_FORM_COLUMNS:
    case LABELLED_FORM_INFERENCE:
        break;
    }
    return emoji_strings_add(table, source->language, source->emoji_strings, set);
}

static Status read_emoji(const LabelledSource *source, const LabelledWish *wish, LabelledText *set,
                         Problem *problem)
{
    if (source->language == NULL) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s: emoji files do not say their language; it must be given.",
                                source->path);
    }
    if (wish->language_count > 0 &&
        !is_listed(wish->languages, wish->language_count, source->language)) {
        return STATUS_OK;
    }
    EmojiTable table = {0};
    TRY(emoji_table_read(source->path, &table, problem));
    const Status status = add_emoji(&table, source, set, problem);
    emoji_table_clear(&table);
    if (status == STATUS_BAD_VALUE && set->labels.count > LABEL_COUNT_MAX) {
        return problem_describe(problem, status, "%s: more than %d labels.", source->path,
                                LABEL_COUNT_MAX);
    }
    if (status == STATUS_BAD_VALUE) {
        return problem_describe(
            problem, status, "%s: single texts and pairs of texts cannot be mixed.", source->path);
    }
    return status;
}

static Status read_source(const LabelledSource *source, const LabelledWish *wish, LabelledText *set,
                          Problem *problem)
{
    Reading reading = {.source = source, .wish = wish, .set = set, .problem = problem};
    switch (source->form) {
    case LABELLED_FORM_EMOJI:
    case LABELLED_FORM_EMOJI_NAMES:
    case LABELLED_FORM_EMOJI_WORDS:
    case LABELLED_FORM_EMOJI_PAIRS:
        return read_emoji(source, wish, set, problem);
    case LABELLED_FORM_COLUMNS:
    case LABELLED_FORM_INFERENCE:
        break;
    }
    TRY(text_lines_open(source->path, &reading.lines, problem));
    const Status status = read_rows(&reading);
    text_lines_close(&reading.lines);
    return status;
}

/* The names wished for come first, in their order. */
static Status enter_names(const LabelledWish *wish, LabelledText *set)
{
    uint32_t number = 0;
    for (size_t i = 0; i < wish->label_count; i++) {
        TRY(name_list_add(&set->labels, wish->labels[i], &number));
    }
    for (size_t i = 0; i < wish->language_count; i++) {
        TRY(name_list_add(&set->languages, wish->languages[i], &number));
    }
    return STATUS_OK;
}

static Status check_set(const LabelledSource *sources, const LabelledWish *wish,
                        const LabelledText *set, Problem *problem)
{
    for (size_t i = 0; i < wish->language_count; i++) {
        if (labelled_text_choose(set, wish->languages[i], NULL, NULL) == 0) {
            return problem_describe(problem, STATUS_BAD_VALUE,
                                    "%s: no row is in the language \"%s\".", sources[0].path,
                                    wish->languages[i]);
        }
    }
    if (wish->label_count > 0 && set->labels.count > wish->label_count) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s: has the label \"%s\", which is not one of those given.",
                                sources[0].path, set->labels.names[wish->label_count]);
    }
    if (set->count == 0) {
        return problem_describe(problem, STATUS_BAD_VALUE, "%s: has no rows with a label.",
                                sources[0].path);
    }
    return STATUS_OK;
}

Status labelled_files_read(const LabelledSource *sources, size_t count, const LabelledWish *wish,
                           LabelledText *out, Problem *problem)
{
    assert(count > 0);
    LabelledText set = {0};
    Status status = enter_names(wish, &set);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        status = read_source(&sources[i], wish, &set, problem);
    }
    if (status == STATUS_OK) {
        status = check_set(sources, wish, &set, problem);
    }
    if (status == STATUS_OK && wish->label_count == 0) {
        status = labelled_text_sort_labels(&set);
    }
    if (status == STATUS_OUT_OF_MEMORY) {
        problem_describe(problem, status, "Not enough memory for the labelled texts.");
    }
    if (status != STATUS_OK) {
        labelled_text_clear(&set);
        return status;
    }
    *out = set;
    return STATUS_OK;
}
