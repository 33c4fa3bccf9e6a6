#include "data/text_normalizer.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "data/growing_array.h"

static const char MARK[] = "\xE2\x96\x81";        /* U+2581 */
static const char REPLACEMENT[] = "\xEF\xBF\xBD"; /* U+FFFD */

typedef struct TextBuffer {
    char *bytes;
    size_t size;
    size_t capacity;
} TextBuffer;

static Status append(TextBuffer *buffer, const char *bytes, size_t size)
{
    /* One more than needed, so that an empty text is not NULL. */
    char *room = array_with_room(buffer->bytes, &buffer->capacity, buffer->size + size + 1, 1);
    if (room == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    buffer->bytes = room;
    memcpy(room + buffer->size, bytes, size);
    buffer->size += size;
    return STATUS_OK;
}

static Status repair_utf8(const char *text, size_t size, TextBuffer *out)
{
    TRY(append(out, "", 0));
    for (size_t at = 0; at < size;) {
        int32_t code_point = 0;
        const size_t length = text_decode(text + at, size - at, &code_point);
        TRY(code_point < 0 ? append(out, REPLACEMENT, sizeof REPLACEMENT - 1)
                           : append(out, text + at, length));
        at += length;
    }
    return STATUS_OK;
}

static Status apply_charsmap(const Charsmap *map, const TextBuffer *in, TextBuffer *out)
{
    TRY(append(out, "", 0));
    for (size_t at = 0; at < in->size;) {
        const char *replacement = NULL;
        const size_t matched = charsmap_match(map, in->bytes + at, in->size - at, &replacement);
        if (matched > 0) {
            TRY(append(out, replacement, strlen(replacement)));
            at += matched;
            continue;
        }
        int32_t code_point = 0;
        const size_t length = text_decode(in->bytes + at, in->size - at, &code_point);
        TRY(append(out, in->bytes + at, length));
        at += length;
    }
    return STATUS_OK;
}

static Status squeeze(const char *content, const TextBuffer *in, TextBuffer *out)
{
    TRY(append(out, "", 0));
    for (size_t at = 0; at < in->size;) {
        size_t run = 0;
        while (at + run < in->size && in->bytes[at + run] == ' ') {
            run++;
        }
        TRY(run >= 2 ? append(out, content, strlen(content)) : append(out, in->bytes + at, 1));
        at += run >= 2 ? run : 1;
    }
    return STATUS_OK;
}

static bool is_space_at(const TextBuffer *in, size_t at, size_t *length)
{
    int32_t code_point = 0;
    *length = text_decode(in->bytes + at, in->size - at, &code_point);
    return text_class(code_point) == TEXT_SPACE;
}

static Status strip_left(const TextBuffer *in, TextBuffer *out)
{
    size_t at = 0;
    size_t length = 0;
    while (at < in->size && is_space_at(in, at, &length)) {
        at += length;
    }
    return append(out, in->bytes + at, in->size - at);
}

static Status strip_right(const TextBuffer *in, TextBuffer *out)
{
    size_t end = 0;
    size_t length = 0;
    for (size_t at = 0; at < in->size; at += length) {
        if (!is_space_at(in, at, &length)) {
            end = at + length;
        }
    }
    return append(out, in->bytes, end);
}

static Status apply_step(const TextNormalizer *normalizer, NormalizerStep step,
                         const TextBuffer *in, TextBuffer *out)
{
    switch (step) {
    case NORMALIZER_CHARSMAP:
        return apply_charsmap(&normalizer->charsmap, in, out);
    case NORMALIZER_NFKC:
        return text_compose(in->bytes, in->size, &out->bytes, &out->size);
    case NORMALIZER_SQUEEZE_BLANKS:
        return squeeze(" ", in, out);
    case NORMALIZER_SQUEEZE_TO_MARK:
        return squeeze(MARK, in, out);
    case NORMALIZER_STRIP_LEFT:
        return strip_left(in, out);
    case NORMALIZER_STRIP_RIGHT:
        return strip_right(in, out);
    }
    return STATUS_OK;
}

Status text_normalizer_apply(const TextNormalizer *normalizer, const char *text, size_t size,
                             char **out, size_t *out_size)
{
    TextBuffer now = {0};
    Status status = repair_utf8(text, size, &now);
    for (size_t i = 0; status == STATUS_OK && i < normalizer->step_count; i++) {
        TextBuffer next = {0};
        status = apply_step(normalizer, normalizer->steps[i], &now, &next);
        free(now.bytes);
        now = next;
    }
    if (status != STATUS_OK) {
        free(now.bytes);
        return status;
    }
    *out = now.bytes;
    *out_size = now.size;
    return STATUS_OK;
}

/* How many times as many bytes a step can make of a text. */
static size_t step_growth(const TextNormalizer *normalizer, NormalizerStep step)
{
    /* No character grows more under NFKC than U+FDFA, from 3 to 33 bytes; a mark has one byte more than two blanks. */
    enum { NFKC_GROWTH = 11, MARK_GROWTH = 2 };
    switch (step) {
    case NORMALIZER_CHARSMAP:
        return charsmap_growth(&normalizer->charsmap);
    case NORMALIZER_NFKC:
        return NFKC_GROWTH;
    case NORMALIZER_SQUEEZE_TO_MARK:
        return MARK_GROWTH;
    case NORMALIZER_SQUEEZE_BLANKS:
    case NORMALIZER_STRIP_LEFT:
    case NORMALIZER_STRIP_RIGHT:
        break;
    }
    return 1;
}

size_t text_normalizer_growth(const TextNormalizer *normalizer)
{
    /* A byte that is not UTF-8 becomes three; to the steps after that it is one character, so it grows once only. */
    enum { REPAIR_GROWTH = 3 };
    size_t growth = 1;
    for (size_t i = 0; i < normalizer->step_count; i++) {
        const size_t factor = step_growth(normalizer, normalizer->steps[i]);
        growth *= factor > 1 ? factor : 1;
    }
    return growth > REPAIR_GROWTH ? growth : REPAIR_GROWTH;
}

void text_normalizer_clear(TextNormalizer *normalizer)
{
    charsmap_clear(&normalizer->charsmap);
    *normalizer = (TextNormalizer){0};
}
