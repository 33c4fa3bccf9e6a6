/* data/emoji_names.h -- strings labelled with the emoji they name or with a word for it, in languages with unequal shares: for pretraining an encoder. */
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
    const EmojiTable
        *label_table; /* the words of this language are the labels; NULL: the emoji are. Borrowed */
} EmojiNames;

/* Append strings of the emoji that are not in the test split; the label is the emoji itself, or, with a label_table, one word of
 * its name and keywords there (what stands between white space, each word once): the strings of a row get its words in turn, from a random one on, so
 * that each is asked for about as often as the others. A string's label is then drawn from the translation of the whole row: what is learnt is
 * p(word of the label language | string). Row r of the language lies at
 * d = language_shares_draw(number, r), as in data/parallel_text.h:
 *     d < share, d < 0.96   split "train": the name, name and keywords joined, each keyword, and `mixes` random selections of name and
 *                           keywords in random order, of 1 to all of them (each size as likely)
 *     d >= 0.96             split "dev": name and keywords joined, of an emoji which is known from other languages at most
 * The others are left out, and emoji that label_table lacks. A pure function of all arguments. STATUS_OUT_OF_MEMORY; STATUS_BAD_VALUE if `set`
 * holds pairs, or for more than LABEL_COUNT_MAX labels. */
Status emoji_names_add(const EmojiTable *table, const EmojiNames *wanted, LabelledText *set);

#endif
