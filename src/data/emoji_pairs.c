#include "data/emoji_pairs.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"

static const char *keyword_of(const EmojiTable *table, const EmojiRow *row, size_t index)
{
    return table->keywords[row->first_keyword + index];
}

/* The name and all keywords as heap text; NULL when out of memory. */
static char *join(const EmojiTable *table, const EmojiRow *row)
{
    size_t bytes = strlen(row->name) + 1;
    for (size_t i = 0; i < row->keyword_count; i++) {
        bytes += strlen(keyword_of(table, row, i)) + 1;
    }
    char *joined = malloc(bytes);
    if (joined == NULL) {
        return NULL;
    }
    char *end = stpcpy(joined, row->name);
    for (size_t i = 0; i < row->keyword_count; i++) {
        *end++ = ' ';
        end = stpcpy(end, keyword_of(table, row, i));
    }
    return joined;
}

static Status add_strings(const EmojiTable *table, const EmojiRow *row, unsigned strings,
                          LabelledRow example, LabelledText *set)
{
    if ((strings & EMOJI_STRINGS_NAME) != 0) {
        example.first = row->name;
        TRY(labelled_text_add(set, &example));
    }
    if ((strings & EMOJI_STRINGS_JOINED) != 0) {
        char *joined = join(table, row);
        example.first = joined;
        const Status status =
            joined == NULL ? STATUS_OUT_OF_MEMORY : labelled_text_add(set, &example);
        free(joined);
        TRY(status);
    }
    for (size_t i = 0; (strings & EMOJI_STRINGS_KEYWORDS) != 0 && i < row->keyword_count; i++) {
        example.first = keyword_of(table, row, i);
        TRY(labelled_text_add(set, &example));
    }
    return STATUS_OK;
}

Status emoji_strings_add(const EmojiTable *table, const char *language, unsigned strings,
                         LabelledText *set)
{
    for (size_t i = 0; i < table->count; i++) {
        const EmojiRow *row = &table->rows[i];
        char label[16];
        (void)snprintf(label, sizeof label, "%u", row->label);
        const LabelledRow example = {
            .label = label, .language = language, .split = emoji_split_name(row->split)};
        TRY(add_strings(table, row, strings, example, set));
    }
    return STATUS_OK;
}

/* The rows with keywords of each split, from which hypotheses are drawn. */
typedef struct Pools {
    uint32_t *rows[EMOJI_SPLIT_COUNT]; /* owned */
    size_t counts[EMOJI_SPLIT_COUNT];
} Pools;

static void pools_clear(Pools *pools)
{
    for (size_t i = 0; i < EMOJI_SPLIT_COUNT; i++) {
        free(pools->rows[i]);
    }
}

static Status pools_fill(Pools *pools, const EmojiTable *table)
{
    for (size_t i = 0; i < EMOJI_SPLIT_COUNT; i++) {
        pools->rows[i] = malloc((table->count + 1) * sizeof *pools->rows[i]);
        if (pools->rows[i] == NULL) {
            return STATUS_OUT_OF_MEMORY;
        }
    }
    for (size_t i = 0; i < table->count; i++) {
        const EmojiSplit split = table->rows[i].split;
        if (table->rows[i].keyword_count > 0) {
            pools->rows[split][pools->counts[split]++] = (uint32_t)i;
        }
    }
    return STATUS_OK;
}

static bool says_the_same(const EmojiTable *table, const EmojiRow *row, const char *text)
{
    bool is_own = strcmp(text, row->name) == 0;
    for (size_t i = 0; i < row->keyword_count && !is_own; i++) {
        is_own = strcmp(text, keyword_of(table, row, i)) == 0;
    }
    return is_own;
}

/* A keyword of another emoji, of the same group or of another one; NULL if none is found in the draws allowed. */
static const char *draw_stranger(const EmojiTable *table, const Pools *pools, size_t index,
                                 bool is_same_group, Random *random)
{
    enum { DRAWS_MAX = 64 };
    const EmojiRow *row = &table->rows[index];
    for (int i = 0; i < DRAWS_MAX; i++) {
        const uint32_t drawn =
            pools->rows[row->split][random_below(random, pools->counts[row->split])];
        const EmojiRow *other = &table->rows[drawn];
        const size_t chosen = random_below(random, other->keyword_count);
        const char *keyword = keyword_of(table, other, chosen);
        if (drawn != index && (other->label == row->label) == is_same_group &&
            !says_the_same(table, row, keyword)) {
            return keyword;
        }
    }
    return NULL;
}

static Status add_pairs(const EmojiTable *table, const Pools *pools, size_t index, uint64_t seed,
                        LabelledRow example, LabelledText *set)
{
    const EmojiRow *row = &table->rows[index];
    Random random = random_stream(seed, RANDOM_STREAM_PAIRS, index);
    example.first = row->name;
    example.split = emoji_split_name(row->split);
    for (size_t i = 0; i < row->keyword_count; i++) {
        const char *keyword = keyword_of(table, row, i);
        if (strcmp(keyword, row->name) == 0) {
            continue;
        }
        const char *const labels[3] = {"entailment", "neutral", "contradiction"};
        const char *const hypotheses[3] = {keyword,
                                           draw_stranger(table, pools, index, true, &random),
                                           draw_stranger(table, pools, index, false, &random)};
        for (size_t j = 0; j < 3; j++) {
            example.second = hypotheses[j];
            example.label = labels[j];
            if (example.second != NULL) {
                TRY(labelled_text_add(set, &example));
            }
        }
    }
    return STATUS_OK;
}

Status emoji_pairs_add(const EmojiTable *table, const char *language, uint64_t seed,
                       LabelledText *set)
{
    Pools pools = {0};
    Status status = pools_fill(&pools, table);
    const LabelledRow example = {.language = language};
    for (size_t i = 0; status == STATUS_OK && i < table->count; i++) {
        status = add_pairs(table, &pools, i, seed, example, set);
    }
    pools_clear(&pools);
    return status;
}
