/* data/labelled_text.h -- texts, or pairs of texts, each with a label, a language and a split. */
#ifndef DATA_LABELLED_TEXT_H
#define DATA_LABELLED_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "data/name_list.h"

/* More is a column that holds no labels. The English words of the bundled emoji, which pretraining tells apart, are 3,144. */
enum { LABEL_COUNT_MAX = 5000 };

/* One example. The texts are reached through labelled_text_first and _second. */
typedef struct LabelledExample {
    size_t first;
    size_t second; /* unused unless has_pairs */
    uint32_t label;
    uint32_t language;
    uint32_t split;
} LabelledExample;

/* `{0}` is an empty set. label, language and split are numbers of names in the lists. */
typedef struct LabelledText {
    LabelledExample *examples; /* [count], in the order they were read; owned */
    size_t count, capacity;
    char *texts; /* all texts, each NUL-ended UTF-8; owned */
    size_t text_bytes, text_capacity;
    NameList labels;
    NameList languages;
    NameList splits;
    bool has_pairs; /* all examples have two texts, or none has */
    size_t skipped; /* rows that were left out for want of a gold label ("-") */
} LabelledText;

/* An example before it is in a set. `second` is NULL in a single text. */
typedef struct LabelledRow {
    const char *first;
    const char *second;
    const char *label;
    const char *language;
    const char *split;
} LabelledRow;

/* Append a copy; names which are not in the lists yet are appended to them. STATUS_BAD_VALUE: a single text among pairs or the other
 * way round, or more than LABEL_COUNT_MAX labels. STATUS_OUT_OF_MEMORY. The set then holds no more examples than before. */
Status labelled_text_add(LabelledText *set, const LabelledRow *row);

/* Number the labels anew: whole numbers first, by value, then words by their bytes. So the numbers depend on which labels there are,
 * not on the order of rows and files. STATUS_OUT_OF_MEMORY leaves the set as it was. */
Status labelled_text_sort_labels(LabelledText *set);

/* Number the labels as they stand in names [count]. STATUS_BAD_VALUE: those are not the labels that there are, each once;
 * STATUS_OUT_OF_MEMORY. The set is then as it was. */
Status labelled_text_number_labels(LabelledText *set, const char *const *names, size_t count);

/* The texts of example `index`; borrowed until the set changes. The second is NULL unless has_pairs. */
const char *labelled_text_first(const LabelledText *set, size_t index);
const char *labelled_text_second(const LabelledText *set, size_t index);

/* The examples of one language and split (NULL: of all), in order. chosen  out, NULL or room for `count` numbers.
 * Returns how many there are; 0 if a name is unknown. */
size_t labelled_text_choose(const LabelledText *set, const char *language, const char *split,
                            uint32_t *chosen);

void labelled_text_clear(LabelledText *set);

#endif
