/* data/emoji_pairs.h -- texts to classify, made from emoji names: strings with a group, or pairs as in XNLI. */
#ifndef DATA_EMOJI_PAIRS_H
#define DATA_EMOJI_PAIRS_H

#include <stdint.h>

#include "base/status.h"
#include "data/emoji_table.h"
#include "data/labelled_text.h"

/* Which strings of an emoji become examples; may be added up. Joined: the name and all keywords, with blanks between. */
typedef enum EmojiStrings {
    EMOJI_STRINGS_NAME = 1,
    EMOJI_STRINGS_JOINED = 2,
    EMOJI_STRINGS_KEYWORDS = 4 /* each keyword alone */
} EmojiStrings;

/* Append the strings of every emoji, labelled "0" to "7" with its group, in file order and in the order of EmojiStrings.
 * strings  a sum of EmojiStrings, at least one. STATUS_OUT_OF_MEMORY; STATUS_BAD_VALUE if `set` holds pairs. */
Status emoji_strings_add(const EmojiTable *table, const char *language, unsigned strings,
                         LabelledText *set);

/* Append pairs in the shape of natural language inference. The premise is the emoji's name. For each keyword other than the name:
 *     entailment     the hypothesis is that keyword
 *     neutral        a keyword of another emoji of the same group
 *     contradiction  a keyword of an emoji of another group
 * Hypotheses that are not one's own are drawn from the emoji of the same split, so that no text of one split is in another; those that
 * happen to be the emoji's name or keyword are drawn again (and the pair is left out after 64 draws). DIFFERS from natural
 * inference: keywords are often near synonyms, so the labels are noisy.
 * A pure function of table and seed: row r draws from (seed, r). STATUS_OUT_OF_MEMORY; STATUS_BAD_VALUE if `set` holds single texts. */
Status emoji_pairs_add(const EmojiTable *table, const char *language, uint64_t seed,
                       LabelledText *set);

#endif
