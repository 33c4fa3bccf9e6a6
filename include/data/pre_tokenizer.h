/* data/pre_tokenizer.h -- GPT-2's cutting of text into words, before any merging. */
#ifndef DATA_PRE_TOKENIZER_H
#define DATA_PRE_TOKENIZER_H

#include <stddef.h>

/* The length in bytes of the first match of GPT-2's pattern (Radford et al. 2019)
 *     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
 * in text[0..size), 1..size; 0 only if size is 0. Any bytes: one that is not UTF-8 counts as neither letter, number nor space.
 * Every text is cut without remainder. */
size_t pre_token_length(const char *text, size_t size);

#endif
