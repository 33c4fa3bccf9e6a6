#include "data/pre_tokenizer.h"

#include <string.h>

#include "base/text.h"

static size_t contraction_length(const char *text, size_t size)
{
    if (size < 2 || text[0] != '\'') {
        return 0;
    }
    if (strchr("stmd", text[1]) != NULL && text[1] != '\0') {
        return 2;
    }
    const bool is_long =
        size >= 3 && (memcmp(text + 1, "re", 2) == 0 || memcmp(text + 1, "ve", 2) == 0 ||
                      memcmp(text + 1, "ll", 2) == 0);
    return is_long ? 3 : 0;
}

static TextClass class_at(const char *text, size_t size, size_t *length)
{
    int32_t code_point = 0;
    *length = text_decode(text, size, &code_point);
    return text_class(code_point);
}

/* Bytes of the leading code points of one class; the length of the last of them goes to *last_length. */
static size_t run_length(const char *text, size_t size, TextClass wanted, size_t *last_length)
{
    size_t run = 0;
    size_t length = 0;
    while (run < size && class_at(text + run, size - run, &length) == wanted) {
        run += length;
        *last_length = length;
    }
    return run;
}

size_t pre_token_length(const char *text, size_t size)
{
    if (size == 0) {
        return 0;
    }
    const size_t contraction = contraction_length(text, size);
    if (contraction > 0) {
        return contraction;
    }
    const size_t lead = text[0] == ' ' && size > 1 ? 1 : 0;
    size_t length = 0;
    size_t last_length = 0;
    const TextClass found = class_at(text + lead, size - lead, &length);
    if (found != TEXT_SPACE) {
        return lead + run_length(text + lead, size - lead, found, &last_length);
    }
    const size_t run = run_length(text, size, TEXT_SPACE, &last_length);
    /* \s+(?!\S): the last space before a word belongs to the word, unless it is the only one. */
    return run < size && run > last_length ? run - last_length : run;
}

size_t pre_tokenizer_space_words(const char *text, size_t size, char *out)
{
    size_t written = 0;
    bool is_in_word = false;
    for (size_t at = 0, length = 0; at < size; at += length) {
        if (class_at(text + at, size - at, &length) == TEXT_SPACE) {
            is_in_word = false;
            continue;
        }
        if (!is_in_word) {
            out[written++] = ' ';
        }
        memcpy(out + written, text + at, length);
        written += length;
        is_in_word = true;
    }
    return written;
}

size_t spaced_word_length(const char *text, size_t size)
{
    if (size == 0) {
        return 0;
    }
    const char *next = memchr(text + 1, ' ', size - 1);
    return next == NULL ? size : (size_t)(next - text);
}
