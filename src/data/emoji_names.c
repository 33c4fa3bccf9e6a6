#include "data/emoji_names.h"

#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "data/language_shares.h"

enum { WORDS_MAX = EMOJI_KEYWORDS_MAX + 1, JOINED_BYTES = 4096 };
static const double DEV_FROM = 0.96;

/* What is needed all along while one emoji's strings are added. */
typedef struct Adding {
    const EmojiTable *table;
    const EmojiRow *row;
    LabelledRow example;
    LabelledText *set;
} Adding;

/* Word 0 is the name, the others are the keywords. */
static const char *word_of(const Adding *adding, size_t word)
{
    const EmojiRow *row = adding->row;
    return word == 0 ? row->name : adding->table->keywords[row->first_keyword + word - 1];
}

static Status add_words(const Adding *adding, const uint32_t *words, size_t count)
{
    char joined[JOINED_BYTES] = "";
    size_t used = 0;
    for (size_t i = 0; i < count && used < sizeof joined; i++) {
        used += (size_t)snprintf(joined + used, sizeof joined - used, "%s%s", i > 0 ? " " : "",
                                 word_of(adding, words[i]));
    }
    LabelledRow example = adding->example;
    example.first = joined;
    return labelled_text_add(adding->set, &example);
}

static Status add_mixes(const Adding *adding, size_t mixes, Random *random)
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
    for (size_t i = 0; i < table->count; i++) {
        Adding adding = {.table = table,
                         .row = &table->rows[i],
                         .example = {.label = table->rows[i].emoji, .language = wanted->language},
                         .set = set};
        if (adding.row->split != EMOJI_SPLIT_TEST) {
            TRY(add_row(&adding, wanted, i));
        }
    }
    return STATUS_OK;
}
