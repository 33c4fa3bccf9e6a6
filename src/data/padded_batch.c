#include "data/padded_batch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "data/growing_array.h"

/* Room for the tokens of one text. */
typedef struct TokenRoom {
    int32_t *ids;
    size_t capacity;
    size_t count;
} TokenRoom;

static Status encode_text(const Tokenizer *tokenizer, const char *text, TokenRoom *room)
{
    const size_t size = strlen(text);
    int32_t *ids = array_with_room(room->ids, &room->capacity,
                                   tokenizer_ids_max(tokenizer, size) + 1, sizeof *ids);
    if (ids == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    room->ids = ids;
    return tokenizer_encode(tokenizer, text, size, ids, &room->count);
}

/* Encode example `index` behind those before it. rooms [2] */
static Status encode_example(const LabelledText *texts, const Tokenizer *tokenizer, size_t index,
                             TokenRoom *rooms, SequenceSet *set, size_t *capacity)
{
    TRY(encode_text(tokenizer, labelled_text_first(texts, index), &rooms[0]));
    size_t whole = rooms[0].count + 2;
    TokenSpan spans[2] = {{rooms[0].ids, rooms[0].count}};
    if (texts->has_pairs) {
        TRY(encode_text(tokenizer, labelled_text_second(texts, index), &rooms[1]));
        spans[1] = (TokenSpan){rooms[1].ids, rooms[1].count};
        whole += rooms[1].count + 2;
    }
    const size_t start = set->starts[index];
    int32_t *ids = array_with_room(set->ids, capacity, start + set->T, sizeof *ids);
    if (ids == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    set->ids = ids;
    const size_t length =
        special_tokens_wrap(&set->special, spans[0], spans[1], set->T, ids + start);
    set->starts[index + 1] = start + length;
    set->labels[index] = (int32_t)texts->examples[index].label;
    set->cut_count += whole > length ? 1 : 0;
    return STATUS_OK;
}

Status sequence_set_encode(const LabelledText *texts, const Tokenizer *tokenizer,
                           const SpecialTokens *special, size_t T, SequenceSet *out)
{
    const size_t T_min = texts->has_pairs ? PAIR_SEQUENCE_MIN : SINGLE_SEQUENCE_MIN;
    if (T < T_min || special->start < 0 || special->padding < 0 || special->end < 0) {
        return STATUS_BAD_VALUE;
    }
    SequenceSet set = {.T = T, .count = texts->count, .special = *special};
    size_t capacity = 0;
    TokenRoom rooms[2] = {{0}};
    set.starts = calloc(set.count + 1, sizeof *set.starts);
    set.labels = calloc(set.count + 1, sizeof *set.labels);
    Status status = set.starts == NULL || set.labels == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < set.count; i++) {
        status = encode_example(texts, tokenizer, i, rooms, &set, &capacity);
    }
    free(rooms[0].ids);
    free(rooms[1].ids);
    if (status != STATUS_OK) {
        sequence_set_clear(&set);
        return status;
    }
    *out = set;
    return STATUS_OK;
}

void sequence_set_clear(SequenceSet *set)
{
    free(set->ids);
    free(set->starts);
    free(set->labels);
    *set = (SequenceSet){0};
}

Status padded_batch_init(PaddedBatch *batch, size_t B, size_t T)
{
    *batch = (PaddedBatch){0};
    if (B == 0 || T == 0 || T > SIZE_MAX / B) {
        return STATUS_OUT_OF_MEMORY;
    }
    PaddedBatch made = {.B = B,
                        .T = T,
                        .ids = calloc(B * T, sizeof *made.ids),
                        .mask = calloc(B * T, sizeof *made.mask),
                        .labels = calloc(B, sizeof *made.labels)};
    if (made.ids == NULL || made.mask == NULL || made.labels == NULL) {
        padded_batch_clear(&made);
        return STATUS_OUT_OF_MEMORY;
    }
    *batch = made;
    return STATUS_OK;
}

void padded_batch_clear(PaddedBatch *batch)
{
    free(batch->ids);
    free(batch->mask);
    free(batch->labels);
    *batch = (PaddedBatch){0};
}

void padded_batch_fill(PaddedBatch *batch, const SequenceSet *set, const uint32_t *chosen)
{
    assert(batch->T >= set->T);
    for (size_t b = 0; b < batch->B; b++) {
        const size_t start = set->starts[chosen[b]];
        const size_t length = set->starts[chosen[b] + 1] - start;
        int32_t *ids = batch->ids + b * batch->T;
        uint8_t *mask = batch->mask + b * batch->T;
        memcpy(ids, set->ids + start, length * sizeof *ids);
        memset(mask, 1, length);
        memset(mask + length, 0, batch->T - length);
        for (size_t t = length; t < batch->T; t++) {
            ids[t] = set->special.padding;
        }
        batch->labels[b] = set->labels[chosen[b]];
    }
}

size_t padded_batch_longest(const PaddedBatch *batch, size_t first, size_t count)
{
    size_t longest = 0;
    for (size_t b = first; b < first + count; b++) {
        while (longest < batch->T && batch->mask[b * batch->T + longest] != 0) {
            longest++;
        }
    }
    return longest;
}
