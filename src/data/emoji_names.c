#include "data/emoji_names.h"

#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "data/language_shares.h"

enum { WORDS_MAX = EMOJI_KEYWORDS_MAX + 1, LABELS_MAX = 256, JOINED_BYTES = 4096 };
static const double DEV_FROM = 0.96;

/* A row's labels, which its strings get in turn. */
typedef struct LabelWheel {
    const char *labels[LABELS_MAX];
    size_t count;
    size_t next;              /* 0..count-1 */
    char words[JOINED_BYTES]; /* what the labels point at, if they are words */
    size_t used;
} LabelWheel;

/* What is needed all along while one emoji's strings are added. */
typedef struct Adding {
    const EmojiTable *table;
    const EmojiRow *row;
    LabelledRow example; /* without text and label */
    LabelWheel wheel;
    LabelledText *set;
} Adding;

/* String 0 is the name, the others are the keywords. */
static const char *string_of(const EmojiTable *table, const EmojiRow *row, size_t string)
{
    return string == 0 ? row->name : table->keywords[row->first_keyword + string - 1];
}

/* -- labels ------------------------------------------------------------------------------------------------- */

/* A word that is not there yet; what does not fit is left out. */
static void wheel_add(LabelWheel *wheel, const char *word, size_t length)
{
    for (size_t i = 0; i < wheel->count; i++) {
        if (strncmp(wheel->labels[i], word, length) == 0 && wheel->labels[i][length] == '\0') {
            return;
        }
    }
    if (wheel->count < LABELS_MAX && length < sizeof wheel->words - wheel->used) {
        char *copy = wheel->words + wheel->used;
        memcpy(copy, word, length);
        copy[length] = '\0';
        wheel->used += length + 1;
        wheel->labels[wheel->count++] = copy;
    }
}

/* The words of all strings of a row. */
static void wheel_add_row(LabelWheel *wheel, const EmojiTable *table, const EmojiRow *row)
{
    static const char SPACES[] = " \t";
    for (size_t i = 0; i < row->keyword_count + 1; i++) {
        const char *word = string_of(table, row, i);
        word += strspn(word, SPACES);
        while (*word != '\0') {
            const size_t length = strcspn(word, SPACES);
            wheel_add(wheel, word, length);
            word += length;
            word += strspn(word, SPACES);
        }
    }
}

/* The row of the same emoji, which mostly stands in the same line; NULL if there is none. */
static const EmojiRow *find_row(const EmojiTable *table, const char *emoji, size_t index)
{
    if (index < table->count && strcmp(table->rows[index].emoji, emoji) == 0) {
        return &table->rows[index];
    }
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->rows[i].emoji, emoji) == 0) {
            return &table->rows[i];
        }
    }
    return NULL;
}

/* The emoji itself, or the words of its row in the label table: none if it has no row there. */
static void fill_wheel(const EmojiNames *wanted, const EmojiRow *row, size_t index,
                       LabelWheel *wheel)
{
    wheel->count = 0;
    wheel->next = 0;
    wheel->used = 0;
    if (wanted->label_table == NULL) {
        wheel->labels[wheel->count++] = row->emoji;
        return;
    }
    const EmojiRow *told = find_row(wanted->label_table, row->emoji, index);
    if (told != NULL) {
        wheel_add_row(wheel, wanted->label_table, told);
    }
    if (wheel->count > 0) {
        Random random = random_stream(wanted->seed, RANDOM_STREAM_LABELS,
                                      index * LANGUAGE_SHARES_MAX + wanted->number);
        wheel->next = random_below(&random, wheel->count);
    }
}

/* -- strings ------------------------------------------------------------------------------------------------ */

static Status add_words(Adding *adding, const uint32_t *words, size_t count)
{
    char joined[JOINED_BYTES] = "";
    size_t used = 0;
    for (size_t i = 0; i < count && used < sizeof joined; i++) {
        used += (size_t)snprintf(joined + used, sizeof joined - used, "%s%s", i > 0 ? " " : "",
                                 string_of(adding->table, adding->row, words[i]));
    }
    LabelledRow example = adding->example;
    LabelWheel *wheel = &adding->wheel;
    example.first = joined;
    example.label = wheel->labels[wheel->next];
    wheel->next = (wheel->next + 1) % wheel->count;
    return labelled_text_add(adding->set, &example);
}

static Status add_mixes(Adding *adding, size_t mixes, Random *random)
{
    uint32_t words[WORDS_MAX];
    const size_t count = adding->row->keyword_count + 1;
    for (size_t i = 0; i < mixes; i++) {
        for (size_t w = 0; w < count; w++) {
            words[w] = (uint32_t)w;
        }
        random_shuffle(random, words, count);
        TRY(add_words(adding, words, 1 + random_below(random, count)));
    }
    return STATUS_OK;
}

static Status add_row(Adding *adding, const EmojiNames *wanted, size_t index)
{
    uint32_t words[WORDS_MAX];
    const double place = language_shares_draw(wanted->number, index);
    const size_t count = adding->row->keyword_count + 1;
    for (size_t w = 0; w < count; w++) {
        words[w] = (uint32_t)w;
    }
    if (place >= DEV_FROM) {
        adding->example.split = "dev";
        return add_words(adding, words, count);
    }
    if (place >= wanted->share) {
        return STATUS_OK;
    }
    adding->example.split = "train";
    TRY(add_words(adding, words, count));
    for (size_t w = 0; w < count; w++) {
        TRY(add_words(adding, words + w, 1));
    }
    Random random = random_stream(wanted->seed, RANDOM_STREAM_MIXES,
                                  index * LANGUAGE_SHARES_MAX + wanted->number);
    return add_mixes(adding, wanted->mixes, &random);
}

Status emoji_names_add(const EmojiTable *table, const EmojiNames *wanted, LabelledText *set)
{
    Adding adding = {.table = table, .example = {.language = wanted->language}, .set = set};
    for (size_t i = 0; i < table->count; i++) {
        adding.row = &table->rows[i];
        if (adding.row->split != EMOJI_SPLIT_TEST) {
            fill_wheel(wanted, adding.row, i, &adding.wheel);
            if (adding.wheel.count > 0) {
                TRY(add_row(&adding, wanted, i));
            }
        }
    }
    return STATUS_OK;
}
