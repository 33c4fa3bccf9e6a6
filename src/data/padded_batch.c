#include "data/padded_batch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "data/growing_array.h"

/* Room for the tokens of one text. */
typedef struct TokenRoom {
    int32_t *ids;
    size_t capacity;
    size_t count;
} TokenRoom;

static Status encode_text(const Tokenizer *tokenizer, const MergeDropout *dropout, const char *text,
                          TokenRoom *room)
{
    const size_t size = strlen(text);
    int32_t *ids = array_with_room(room->ids, &room->capacity,
                                   tokenizer_ids_max(tokenizer, size) + 1, sizeof *ids);
    if (ids == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    room->ids = ids;
    return tokenizer_encode_dropping(tokenizer, dropout, text, size, ids, &room->count);
}

/* What is needed all along while a set is encoded. */
typedef struct Encoding {
    const LabelledText *texts;
    const Tokenizer *tokenizer;
    const SpellingDropout *dropout;
    TokenRoom rooms[2];
    SequenceSet *set;
    size_t capacity; /* of the set's ids */
} Encoding;

/* Encode example `index` behind those before it. */
static Status encode_example(Encoding *encoding, size_t index)
{
    const LabelledText *texts = encoding->texts;
    const Tokenizer *tokenizer = encoding->tokenizer;
    SequenceSet *set = encoding->set;
    TokenRoom *rooms = encoding->rooms;
    Random random = random_stream(encoding->dropout->seed, RANDOM_STREAM_SPELLINGS, index);
    const MergeDropout some = {.rate = encoding->dropout->rate, .random = &random};
    const MergeDropout *dropout = some.rate > 0.0 ? &some : NULL;
    TRY(encode_text(tokenizer, dropout, labelled_text_first(texts, index), &rooms[0]));
    size_t whole = rooms[0].count + 2;
    TokenSpan spans[2] = {{rooms[0].ids, rooms[0].count}};
    if (texts->has_pairs) {
        TRY(encode_text(tokenizer, dropout, labelled_text_second(texts, index), &rooms[1]));
        spans[1] = (TokenSpan){rooms[1].ids, rooms[1].count};
        whole += rooms[1].count + 2;
    }
    const size_t start = set->starts[index];
    int32_t *ids = array_with_room(set->ids, &encoding->capacity, start + set->T, sizeof *ids);
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
                           const SpecialTokens *special, const SpellingDropout *dropout, size_t T,
                           SequenceSet *out)
{
    const size_t T_min = texts->has_pairs ? PAIR_SEQUENCE_MIN : SINGLE_SEQUENCE_MIN;
    if (T < T_min || special->start < 0 || special->padding < 0 || special->end < 0) {
        return STATUS_BAD_VALUE;
    }
    SequenceSet set = {.T = T, .count = texts->count, .special = *special};
    Encoding encoding = {.texts = texts, .tokenizer = tokenizer, .dropout = dropout, .set = &set};
    set.starts = calloc(set.count + 1, sizeof *set.starts);
    set.labels = calloc(set.count + 1, sizeof *set.labels);
    Status status = set.starts == NULL || set.labels == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < set.count; i++) {
        status = encode_example(&encoding, i);
    }
    free(encoding.rooms[0].ids);
    free(encoding.rooms[1].ids);
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
