#include "data/parallel_text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/emoji_table.h"
#include "data/growing_array.h"
#include "data/language_lines.h"
#include "data/language_shares.h"
#include "data/text_lines.h"

enum {
    PATH_BYTES = 1200,
    ARTICLES = 31, /* the preamble is 0 */
    PARAGRAPHS_MAX = 32
};

/* What is needed all along while the files are read. */
typedef struct Reading {
    const char *folder;
    ParallelText *text;
    LanguageShares shares; /* the list of languages becomes the text's */
    Problem *problem;
    char path[PATH_BYTES];
} Reading;

static Status no_memory(const Reading *reading)
{
    return problem_describe(reading->problem, STATUS_OUT_OF_MEMORY,
                            "not enough memory for the texts of %s", reading->folder);
}

/* Room for `count` more bundles, without strings yet. */
static Status add_bundles(Reading *reading, size_t count)
{
    ParallelText *text = reading->text;
    const size_t languages = text->languages.count;
    const size_t total = (text->bundle_count + count) * languages;
    size_t *places = realloc(text->places, total * sizeof *places);
    if (places == NULL) {
        return no_memory(reading);
    }
    memset(places + text->bundle_count * languages, 0, count * languages * sizeof *places);
    text->places = places;
    text->bundle_count += count;
    return STATUS_OK;
}

/* Whether that bundle is in the language's share. */
static bool is_kept(const Reading *reading, size_t bundle, size_t language)
{
    return language_shares_draw(language, bundle) < reading->shares.shares[language];
}

static Status set_string(Reading *reading, size_t bundle, size_t language, const char *string)
{
    ParallelText *text = reading->text;
    const size_t size = strlen(string) + 1;
    char *texts =
        array_with_room(text->texts, &text->text_capacity, text->text_bytes + size, sizeof *texts);
    if (texts == NULL) {
        return no_memory(reading);
    }
    memcpy(texts + text->text_bytes, string, size);
    text->texts = texts;
    text->places[bundle * text->languages.count + language] = text->text_bytes;
    text->text_bytes += size;
    return STATUS_OK;
}

static const char *path_of(Reading *reading, const char *before, size_t language, const char *after)
{
    const char *name = language == SIZE_MAX ? "" : reading->text->languages.names[language];
    snprintf(reading->path, sizeof reading->path, "%s/%s%s%s", reading->folder, before, name,
             after);
    return reading->path;
}

/* -- emoji ------------------------------------------------------------------------------------------------- */

/* The name, and the name with all keywords. */
static Status set_emoji(Reading *reading, const EmojiTable *table, size_t row, size_t language,
                        size_t first_bundle)
{
    const EmojiRow *emoji = &table->rows[row];
    const size_t bundle = first_bundle + 2 * row;
    char joined[4096];
    size_t used = (size_t)snprintf(joined, sizeof joined, "%s", emoji->name);
    if (emoji->split == EMOJI_SPLIT_TEST || !is_kept(reading, row, language)) {
        return STATUS_OK;
    }
    for (size_t k = 0; k < emoji->keyword_count && used < sizeof joined; k++) {
        used += (size_t)snprintf(joined + used, sizeof joined - used, " %s",
                                 table->keywords[emoji->first_keyword + k]);
    }
    TRY(set_string(reading, bundle, language, emoji->name));
    return set_string(reading, bundle + 1, language, joined);
}

static Status set_emoji_of(Reading *reading, const EmojiTable *table, const EmojiTable *first,
                           size_t language, size_t first_bundle)
{
    for (size_t row = 0; row < table->count; row++) {
        if (table->count != first->count ||
            strcmp(table->rows[row].emoji, first->rows[row].emoji) != 0) {
            return problem_describe(reading->problem, STATUS_BAD_VALUE,
                                    "%s, emoji %zu: not the one of the first language's file",
                                    reading->path, row + 1);
        }
        TRY(set_emoji(reading, table, row, language, first_bundle));
    }
    return STATUS_OK;
}

static Status read_emoji(Reading *reading)
{
    const size_t first_bundle = reading->text->bundle_count;
    EmojiTable first = {0};
    TRY(emoji_table_read(path_of(reading, "emoji.", 0, ".tsv"), &first, reading->problem));
    Status status = add_bundles(reading, 2 * first.count);
    for (size_t language = 0; status == STATUS_OK && language < reading->text->languages.count;
         language++) {
        EmojiTable table = {0};
        status = emoji_table_read(path_of(reading, "emoji.", language, ".tsv"), &table,
                                  reading->problem);
        if (status == STATUS_OK) {
            status = set_emoji_of(reading, &table, &first, language, first_bundle);
            emoji_table_clear(&table);
        }
    }
    emoji_table_clear(&first);
    return status;
}

/* -- lines of one language at a time ------------------------------------------------------------------------ */

static size_t row_count(const LanguageLines *lines)
{
    size_t count = 0;
    for (size_t i = 0; i < lines->count; i++) {
        count = lines->lines[i].row >= count ? (size_t)lines->lines[i].row + 1 : count;
    }
    return count;
}

/* A string where the lines have a line end. */
static Status set_line(Reading *reading, size_t bundle, size_t language, const LanguageLines *lines,
                       size_t index)
{
    const LanguageLine *line = &lines->lines[index];
    char *end = lines->text + line->start + line->size;
    const char kept = *end;
    *end = '\0';
    const Status status = set_string(reading, bundle, language, lines->text + line->start);
    *end = kept;
    return status;
}

/* Names of languages, territories and scripts; the first language has them all. */
static Status read_names(Reading *reading)
{
    const size_t first_bundle = reading->text->bundle_count;
    const char *path = path_of(reading, "localenames", SIZE_MAX, ".tsv");
    Status status = STATUS_OK;
    for (size_t language = 0; status == STATUS_OK && language < reading->text->languages.count;
         language++) {
        LanguageLines lines = {0};
        status = language_lines_add_column(&lines, path, reading->text->languages.names[language],
                                           reading->problem);
        const size_t rows = status == STATUS_OK ? row_count(&lines) : 0;
        const size_t there = reading->text->bundle_count - first_bundle;
        if (rows > there) {
            status = add_bundles(reading, rows - there);
        }
        for (size_t i = 0; status == STATUS_OK && i < lines.count; i++) {
            const size_t bundle = first_bundle + lines.lines[i].row;
            if (is_kept(reading, bundle, language)) {
                status = set_line(reading, bundle, language, &lines, i);
            }
        }
        language_lines_clear(&lines);
    }
    return status;
}

/* Paragraph by paragraph of each article. */
static Status set_articles(Reading *reading, size_t language, const LanguageLines *lines,
                           size_t first_bundle)
{
    size_t paragraphs[ARTICLES] = {0};
    for (size_t i = 0; i < lines->count; i++) {
        const size_t article = lines->lines[i].row;
        if (article < ARTICLES && paragraphs[article] < PARAGRAPHS_MAX) {
            const size_t place = article * PARAGRAPHS_MAX + paragraphs[article]++;
            TRY(set_line(reading, first_bundle + place, language, lines, i));
        }
    }
    return STATUS_OK;
}

static Status read_declarations(Reading *reading)
{
    const size_t first_bundle = reading->text->bundle_count;
    Status status = add_bundles(reading, ARTICLES * PARAGRAPHS_MAX);
    for (size_t language = 0; status == STATUS_OK && language < reading->text->languages.count;
         language++) {
        LanguageLines lines = {0};
        status = language_lines_add_articles(&lines, path_of(reading, "udhr.", language, ".tsv"),
                                             reading->problem);
        if (status == STATUS_OK) {
            status = set_articles(reading, language, &lines, first_bundle);
        }
        language_lines_clear(&lines);
    }
    return status;
}

/* Whether the folder has a file "<stem><end>", or one "<stem><language><end>" of the first language. */
static bool is_there(Reading *reading, const char *stem, size_t language, const char *end)
{
    return access(path_of(reading, stem, language, end), F_OK) == 0;
}

static Status read_all(Reading *reading)
{
    TRY(language_shares_read(reading->folder, &reading->shares, reading->problem));
    reading->text->languages = reading->shares.languages;
    TRY(read_emoji(reading));
    if (is_there(reading, "localenames", SIZE_MAX, ".tsv")) {
        TRY(read_names(reading));
    }
    return is_there(reading, "udhr.", 0, ".tsv") ? read_declarations(reading) : STATUS_OK;
}

Status parallel_text_read(const char *folder, ParallelText *out, Problem *problem)
{
    ParallelText text = {0};
    Reading reading = {.folder = folder, .text = &text, .problem = problem};
    /* Place 0 is no string. */
    text.texts = array_with_room(NULL, &text.text_capacity, 1, sizeof *text.texts);
    if (text.texts == NULL) {
        return no_memory(&reading);
    }
    text.texts[text.text_bytes++] = '\0';
    const Status status = read_all(&reading);
    if (status != STATUS_OK) {
        parallel_text_clear(&text);
        return status;
    }
    *out = text;
    return STATUS_OK;
}

void parallel_text_clear(ParallelText *text)
{
    name_list_clear(&text->languages);
    free(text->texts);
    free(text->places);
    *text = (ParallelText){0};
}

const char *parallel_text_string(const ParallelText *text, size_t bundle, size_t language)
{
    const size_t place = text->places[bundle * text->languages.count + language];
    return place == 0 ? NULL : text->texts + place;
}
