/* data/language_shares.h -- how much of a parallel text each language keeps, so that some have more and some have less. */
#ifndef DATA_LANGUAGE_SHARES_H
#define DATA_LANGUAGE_SHARES_H

#include <stddef.h>

#include "base/problem.h"
#include "base/status.h"
#include "data/name_list.h"

enum { LANGUAGE_SHARES_MAX = 64 };

typedef struct LanguageShares {
    NameList languages;
    double shares[LANGUAGE_SHARES_MAX]; /* above 0, up to 1 */
} LanguageShares;

/* Read FOLDER/shares.tsv: lines `language TAB share`. STATUS_FILE_UNREADABLE, STATUS_BAD_FORMAT, STATUS_BAD_VALUE (a share, more than
 * LANGUAGE_SHARES_MAX languages) name file and line; STATUS_OUT_OF_MEMORY. *out is then all zero. The caller calls language_shares_clear. */
Status language_shares_read(const char *folder, LanguageShares *out, Problem *problem);
void language_shares_clear(LanguageShares *shares);

/* Where in [0, 1) an item of a language lies: it is kept where that is below the share. A pure function, the same for any share, so that a
 * larger one only adds; and the same for all who ask, so that what one of them leaves out the others leave out too.
 * language  its number in the list */
double language_shares_draw(size_t language, size_t item);

#endif
