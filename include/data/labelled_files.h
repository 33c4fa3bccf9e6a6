/* data/labelled_files.h -- reading labelled texts from the files people have. */
#ifndef DATA_LABELLED_FILES_H
#define DATA_LABELLED_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "base/status.h"
#include "data/emoji_names.h"
#include "data/emoji_pairs.h"
#include "data/labelled_text.h"

/* How a file is laid out. A name that ends in .jsonl or .json means one JSON object a line, anything else columns separated by tabs
 * under a first line that names them (no quoting: a quote is a letter like others). Keys and columns not named here are passed over. */
typedef enum LabelledForm {
    /* text[, text2], label[, language][, split] */
    LABELLED_FORM_COLUMNS,
    /* XNLI and MultiNLI as published: sentence1, sentence2, gold_label[, language][, split], or premise, hypo (or hypothesis), label as
     * in XNLI's translations. Labels: entailment, neutral, contradiction ("contradictory" is read as it); rows with "-" are skipped
     * and counted. */
    LABELLED_FORM_INFERENCE,
    LABELLED_FORM_EMOJI,       /* emoji_table.h, through emoji_strings_add */
    LABELLED_FORM_EMOJI_NAMES, /* emoji_table.h, through emoji_names_add */
    LABELLED_FORM_EMOJI_WORDS, /* the same, labelled with words of label_path */
    LABELLED_FORM_EMOJI_PAIRS  /* emoji_table.h, through emoji_pairs_add */
} LabelledForm;

/* One file. Texts are borrowed while it is read. */
typedef struct LabelledSource {
    const char *path;
    LabelledForm form;
    const char *language;   /* of a file that does not say it itself; else NULL */
    const char *split;      /* the same; NULL is "" */
    unsigned emoji_strings; /* a sum of EmojiStrings */
    uint64_t seed;          /* of LABELLED_FORM_EMOJI_PAIRS */
    /* of LABELLED_FORM_EMOJI_NAMES and _WORDS; without language and label_table */
    EmojiNames names;
    const char
        *label_path; /* of LABELLED_FORM_EMOJI_WORDS: the emoji file whose words are the labels */
} LabelledSource;

/* What is wanted of the files; `{0}` is everything. */
typedef struct LabelledWish {
    const char *const *
        labels; /* their numbers are their places here; others are refused. None: sorted, see labelled_text.h */
    size_t label_count;
    const char *const
        *languages; /* rows in others are passed over, and each of these must have some */
    size_t language_count;
} LabelledWish;

/* Read all sources into one set. STATUS_FILE_UNREADABLE; STATUS_BAD_FORMAT (empty, not UTF-8, a line too long, a column missing, a wrong
 * number of columns, not JSON); STATUS_BAD_VALUE (a label that is not one of those wanted, no text, an unknown split of an emoji, single
 * texts mixed with pairs, a wanted language without rows, no rows at all); STATUS_OUT_OF_MEMORY. The problem names file and line;
 * *out is untouched. The caller calls labelled_text_clear. */
Status labelled_files_read(const LabelledSource *sources, size_t count, const LabelledWish *wish,
                           LabelledText *out, Problem *problem);

#endif
