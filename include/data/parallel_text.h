/* data/parallel_text.h -- strings that mean the same in several languages, for pretraining an encoder. */
#ifndef DATA_PARALLEL_TEXT_H
#define DATA_PARALLEL_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "base/status.h"
#include "data/name_list.h"

/* One meaning a bundle: an emoji's name, its name and keywords, a language's or territory's name, a paragraph of the Declaration of Human Rights. */
typedef struct ParallelText {
    NameList languages;
    char *texts; /* NUL-ended UTF-8; owned */
    size_t text_bytes, text_capacity;
    size_t
        *places; /* [bundle_count, languages]: where the string begins; 0: there is none; owned */
    size_t bundle_count;
} ParallelText;

/* Read from `folder` emoji.<language>.tsv (without the test split), localenames.tsv and udhr.<language>.tsv for the languages that
 * shares.tsv lists, `language TAB share`: of the bundles, this share is kept in that language (0 < share <= 1; the Declaration whole), so that languages
 * have different resources; without localenames.tsv, or udhr.<language>.tsv of the first language, none of its kind is read. Which bundles are kept is a pure function of language and bundle. A bundle may hold no string at all.
 * STATUS_FILE_UNREADABLE, STATUS_BAD_FORMAT, STATUS_BAD_VALUE (a share, an emoji file whose rows are not those of the first language, a language
 * that localenames.tsv does not have) name file and line; STATUS_OUT_OF_MEMORY. *out is then untouched. The
 * caller calls parallel_text_clear. */
Status parallel_text_read(const char *folder, ParallelText *out, Problem *problem);
void parallel_text_clear(ParallelText *text);

/* The string of a bundle in a language; NULL if there is none. Borrowed. */
const char *parallel_text_string(const ParallelText *text, size_t bundle, size_t language);

#endif
