/* data/emoji_names.h -- strings labelled with the emoji they name, in languages with unequal shares: for pretraining an encoder. */
#ifndef DATA_EMOJI_NAMES_H
#define DATA_EMOJI_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "data/emoji_table.h"
#include "data/labelled_text.h"

/* Which strings of a language are made. */
typedef struct EmojiNames {
    const char *language;
    size_t number; /* of the language in shares.tsv (data/language_shares.h) */
    double share;
    size_t mixes; /* random selections of each emoji's words */
    uint64_t seed;
} EmojiNames;

/* Append strings of the emoji that are not in the test split; the label is the emoji itself. Row r of the language lies at
 * d = language_shares_draw(number, r), as in data/parallel_text.h:
 *     d < share, d < 0.96   split "train": the name, name and keywords joined, each keyword, and `mixes` random selections of name and
 *                           keywords in random order, of 1 to all of them (each size as likely)
 *     d >= 0.96             split "dev": name and keywords joined, of an emoji which is known from other languages at most
 * The others are left out. A pure function of all arguments. STATUS_OUT_OF_MEMORY; STATUS_BAD_VALUE if `set` holds pairs, or for more
 * than LABEL_COUNT_MAX emoji. */
Status emoji_names_add(const EmojiTable *table, const EmojiNames *wanted, LabelledText *set);

#endif
