/* data/charsmap.h -- SentencePiece's table of what characters become before a text is encoded. */
#ifndef DATA_CHARSMAP_H
#define DATA_CHARSMAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* A double-array trie (darts-clone) from byte strings to places among the replacements. `{0}` is an empty one. */
typedef struct Charsmap {
    uint32_t *units; /* [unit_count]; owned */
    size_t unit_count;
    char *replacements; /* NUL-ended texts one after the other; owned */
    size_t replacement_bytes;
} Charsmap;

/* Read the base64 text that tokenizer.json has as "precompiled_charsmap": the trie's size in bytes (32 bits, little-endian), the trie, the
 * replacements (sentencepiece/src/normalizer.cc). STATUS_BAD_FORMAT (not base64, sizes that do not fit), STATUS_OUT_OF_MEMORY: *out is
 * untouched. A trie that leads astray is found out when it is used: it then matches nothing. The caller calls charsmap_clear. */
Status charsmap_read(const char *base64, Charsmap *out);
void charsmap_clear(Charsmap *map);

/* The longest beginning of text[0..size) that the table has; *replacement receives what it becomes (NUL-ended, borrowed, may be "").
 * Returns its length in bytes; 0 if the table has none. */
size_t charsmap_match(const Charsmap *map, const char *text, size_t size, const char **replacement);

/* No match becomes more than this many times as long, in bytes, rounded up; at least 1. Looks at the whole trie. */
size_t charsmap_growth(const Charsmap *map);

#endif
