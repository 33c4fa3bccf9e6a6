#include "data/recent_words.h"

#include <stdint.h>
#include <string.h>

/* FNV-1a. */
static size_t place_of(const char *bytes, size_t size)
{
    uint64_t hash = 0xCBF29CE484222325U;
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ (uint8_t)bytes[i]) * 0x100000001B3U;
    }
    return (size_t)(hash ^ hash >> 32) % RECENT_WORDS;
}

bool recent_words_find(const RecentWords *recent, const char *bytes, size_t size, RecentWord *word)
{
    const RecentWord *found = &recent->words[place_of(bytes, size)];
    if (found->bytes == NULL || found->size != size || memcmp(found->bytes, bytes, size) != 0) {
        return false;
    }
    *word = *found;
    return true;
}

void recent_words_keep(RecentWords *recent, RecentWord word)
{
    recent->words[place_of(word.bytes, word.size)] = word;
}
