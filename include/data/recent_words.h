/* data/recent_words.h -- where a word of a text was encoded last, so that it need not be merged again. */
#ifndef DATA_RECENT_WORDS_H
#define DATA_RECENT_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum { RECENT_WORDS = 4096 };

/* One encoded word of a text. */
typedef struct RecentWord {
    const char *bytes; /* within the text, which must outlive the table; NULL: none */
    size_t size;
    size_t first; /* its ids, among those of the text */
    size_t count;
} RecentWord;

/* Each word has one place, and a newer one with the same place takes it: memory does not grow with the text. All zero is empty. */
typedef struct RecentWords {
    RecentWord words[RECENT_WORDS];
} RecentWords;

/* Is that very word there? If so, *word says where its ids are. */
bool recent_words_find(const RecentWords *recent, const char *bytes, size_t size, RecentWord *word);

void recent_words_keep(RecentWords *recent, RecentWord word);

#endif
