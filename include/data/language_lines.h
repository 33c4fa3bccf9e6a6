/* data/language_lines.h -- unlabelled lines of one language, for tokenizers and pretraining. */
#ifndef DATA_LANGUAGE_LINES_H
#define DATA_LANGUAGE_LINES_H

#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "base/status.h"
#include "data/emoji_table.h"

/* One line; lines of two languages with the same row of the same file say the same. */
typedef struct LanguageLine {
    size_t start; /* in LanguageLines.text */
    size_t size;  /* bytes, without its line end */
    uint32_t row; /* in its file, from 0 */
} LanguageLine;

/* `{0}` holds none. */
typedef struct LanguageLines {
    char *text; /* [text_bytes]: all lines, each with a line end; owned */
    size_t text_bytes, text_capacity;
    LanguageLine *lines; /* [count]; owned */
    size_t count, capacity;
} LanguageLines;

/* All three append; STATUS_OUT_OF_MEMORY, and for files STATUS_FILE_UNREADABLE, STATUS_BAD_FORMAT (not UTF-8, a wrong number of columns),
 * STATUS_BAD_VALUE (no column of that language): the problem names file and line, and the lines read before it stay. */

/* One column of a table whose first line names the columns by languages (localenames.tsv); empty cells are passed over. */
Status language_lines_add_column(LanguageLines *lines, const char *path, const char *language,
                                 Problem *problem);

/* The texts of lines `number TAB text` (udhr.<l>.tsv); the row is the number: the article, which may have several lines. */
Status language_lines_add_articles(LanguageLines *lines, const char *path, Problem *problem);

/* Names, then keywords, of the emoji of one split; the row is the emoji's. */
Status language_lines_add_emoji(LanguageLines *lines, const EmojiTable *table, EmojiSplit split);

void language_lines_clear(LanguageLines *lines);

#endif
