/* data/emoji_table.h -- one language's file of emoji names: what the cross-lingual and the image task have in common. */
#ifndef DATA_EMOJI_TABLE_H
#define DATA_EMOJI_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "base/status.h"

/* An emoji has the same split in every language and every style of drawing. X(code, name) */
#define EMOJI_SPLIT_TABLE(X)                                                                       \
    X(EMOJI_SPLIT_PRETRAIN, "pre")                                                                 \
    X(EMOJI_SPLIT_TRAIN, "train")                                                                  \
    X(EMOJI_SPLIT_DEV, "dev")                                                                      \
    X(EMOJI_SPLIT_TEST, "test")
#define EMOJI_SPLIT_ENUMERATOR(code, name) code,
typedef enum EmojiSplit { EMOJI_SPLIT_TABLE(EMOJI_SPLIT_ENUMERATOR) EMOJI_SPLIT_COUNT } EmojiSplit;
#undef EMOJI_SPLIT_ENUMERATOR

enum { EMOJI_LABEL_COUNT = 8, EMOJI_KEYWORDS_MAX = 64 };

typedef struct EmojiRow {
    const char *emoji;
    const char *name;
    EmojiSplit split;
    uint32_t label; /* 0..EMOJI_LABEL_COUNT-1 */
    size_t first_keyword;
    size_t keyword_count; /* may be 0 */
} EmojiRow;

/* Texts are UTF-8 and NUL-ended. */
typedef struct EmojiTable {
    EmojiRow *rows; /* [count], in file order; owned */
    size_t count, row_capacity;
    const char **keywords; /* [keyword_count]; owned */
    size_t keyword_count, keyword_capacity;
    char *block; /* the file's text, into which the others point; owned */
} EmojiTable;

/* "pre", "train", "dev", "test". Static storage. ANY THREAD. */
const char *emoji_split_name(EmojiSplit split);

/* The name of a label < EMOJI_LABEL_COUNT, which is a group of Unicode's: "Animals & Nature". Static storage. ANY THREAD. */
const char *emoji_label_name(uint32_t label);

/* Read lines `emoji TAB split TAB label TAB name TAB keyword|keyword|...`. STATUS_FILE_UNREADABLE, STATUS_BAD_FORMAT (not 5 columns, not
 * UTF-8, nothing in it), STATUS_BAD_VALUE (an unknown split or label, no name, an emoji a second time, more than EMOJI_KEYWORDS_MAX
 * keywords), STATUS_OUT_OF_MEMORY: the problem names file and line, and *out is untouched. The caller calls emoji_table_clear. */
Status emoji_table_read(const char *path, EmojiTable *out, Problem *problem);
void emoji_table_clear(EmojiTable *table);

#endif
