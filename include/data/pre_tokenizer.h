/* data/pre_tokenizer.h -- cutting of text into words, before any merging. */
#ifndef DATA_PRE_TOKENIZER_H
#define DATA_PRE_TOKENIZER_H

#include <stddef.h>

/* The length in bytes of the first match of GPT-2's pattern (Radford et al. 2019)
 *     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
 * in text[0..size), 1..size; 0 only if size is 0. Any bytes: one that is not UTF-8 counts as neither letter, number nor space.
 * Every text is cut without remainder. */
size_t pre_token_length(const char *text, size_t size);

/* Write the words of text[0..size), which are what stands between white space, each with one blank before it: how Hugging Face's
 * "WhitespaceSplit" and a "ByteLevel" with add_prefix_space see a text. GPT-2's pattern takes vowel signs for punctuation, so it tears
 * Hindi and Thai words to single letters; this leaves every script's words whole. out: room for size + 1. Returns the bytes written. */
size_t pre_tokenizer_space_words(const char *text, size_t size, char *out);

/* The length in bytes of the first word in such a text: its blank and all bytes up to the next; 0 only if size is 0. */
size_t spaced_word_length(const char *text, size_t size);

#endif
