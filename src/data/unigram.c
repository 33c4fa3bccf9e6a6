#include "data/unigram.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "data/growing_array.h"

const char WORD_MARK[] = "\xE2\x96\x81";

static const double UNKNOWN_PENALTY = 10.0;

static Status add_node(Unigram *unigram)
{
    int32_t *pieces = array_with_room(unigram->pieces, &unigram->node_capacity,
                                      unigram->node_count + 1, sizeof *pieces);
    if (pieces == NULL || unigram->node_count >= INT32_MAX) {
        return STATUS_OUT_OF_MEMORY;
    }
    unigram->pieces = pieces;
    pieces[unigram->node_count++] = -1;
    return STATUS_OK;
}

Status unigram_init(Unigram *unigram)
{
    *unigram = (Unigram){.unknown = -1};
    const Status status = add_node(unigram);
    if (status != STATUS_OK) {
        *unigram = (Unigram){0};
    }
    return status;
}

void unigram_clear(Unigram *unigram)
{
    pair_map_clear(&unigram->edges);
    free(unigram->pieces);
    free(unigram->scores);
    *unigram = (Unigram){0};
}

static Status keep_score(Unigram *unigram, int32_t id, double score)
{
    const size_t needed = (size_t)id + 1;
    double *scores =
        array_with_room(unigram->scores, &unigram->score_capacity, needed, sizeof *scores);
    if (scores == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    unigram->scores = scores;
    while (unigram->score_count < needed) {
        scores[unigram->score_count++] = 0.0;
    }
    scores[id] = score;
    unigram->lowest_score = score < unigram->lowest_score ? score : unigram->lowest_score;
    return STATUS_OK;
}

Status unigram_add_piece(Unigram *unigram, const char *bytes, size_t size, int32_t id, double score)
{
    int32_t node = 0;
    for (size_t i = 0; i < size; i++) {
        const int32_t byte = (uint8_t)bytes[i];
        uint32_t next = pair_map_find(&unigram->edges, node, byte);
        if (next == PAIR_NOT_FOUND) {
            next = (uint32_t)unigram->node_count;
            TRY(add_node(unigram));
            TRY(pair_map_set(&unigram->edges, node, byte, next));
        }
        node = (int32_t)next;
    }
    if (unigram->pieces[node] >= 0) {
        return STATUS_BAD_VALUE;
    }
    TRY(keep_score(unigram, id, score));
    unigram->pieces[node] = id;
    return STATUS_OK;
}

void unigram_scratch_clear(UnigramScratch *scratch)
{
    free(scratch->best);
    free(scratch->from);
    free(scratch->piece);
    *scratch = (UnigramScratch){0};
}

static Status scratch_reserve(UnigramScratch *scratch, size_t size)
{
    enum { FIRST_CAPACITY = 256 };
    if (size + 1 <= scratch->capacity) {
        return STATUS_OK;
    }
    unigram_scratch_clear(scratch);
    const size_t capacity = size + 1 < FIRST_CAPACITY ? FIRST_CAPACITY : (size + 1) * 2;
    scratch->best = calloc(capacity, sizeof *scratch->best);
    scratch->from = calloc(capacity, sizeof *scratch->from);
    scratch->piece = calloc(capacity, sizeof *scratch->piece);
    if (scratch->best == NULL || scratch->from == NULL || scratch->piece == NULL) {
        unigram_scratch_clear(scratch);
        return STATUS_OUT_OF_MEMORY;
    }
    scratch->capacity = capacity;
    return STATUS_OK;
}

/* A way to `end` through the piece that begins at `start`; kept if it is better than what is known. */
static void offer(UnigramScratch *scratch, size_t start, size_t end, int32_t piece, double score)
{
    const double total = scratch->best[start] + score;
    if (scratch->best[end] == -(double)INFINITY || total > scratch->best[end]) {
        scratch->best[end] = total;
        scratch->from[end] = start;
        scratch->piece[end] = piece;
    }
}

/* Offer all pieces that begin at `start`. Returns whether one of them is the single character there. */
static bool offer_pieces(const Unigram *unigram, const char *word, size_t size, size_t start,
                         size_t character, UnigramScratch *scratch)
{
    bool has_single = false;
    int32_t node = 0;
    for (size_t end = start; end < size; end++) {
        const uint32_t next = pair_map_find(&unigram->edges, node, (uint8_t)word[end]);
        if (next == PAIR_NOT_FOUND) {
            break;
        }
        node = (int32_t)next;
        const int32_t piece = unigram->pieces[node];
        if (piece >= 0) {
            offer(scratch, start, end + 1, piece, unigram->scores[piece]);
            has_single = has_single || end + 1 == start + character;
        }
    }
    return has_single;
}

static size_t character_length(const char *word, size_t size, size_t at)
{
    int32_t code_point = 0;
    return text_decode(word + at, size - at, &code_point);
}

/* Fill best, from and piece of all places in the word. */
static void find_best_ways(const Unigram *unigram, const char *word, size_t size,
                           UnigramScratch *scratch)
{
    for (size_t i = 0; i <= size; i++) {
        scratch->best[i] = i == 0 ? 0.0 : -(double)INFINITY;
    }
    const double unknown_score = unigram->lowest_score - UNKNOWN_PENALTY;
    for (size_t start = 0; start < size;) {
        const size_t length = character_length(word, size, start);
        if (!offer_pieces(unigram, word, size, start, length, scratch)) {
            offer(scratch, start, start + length, unigram->unknown, unknown_score);
        }
        start += length;
    }
}

/* The ids of the piece that covers word[start..end). Written from the back: ids[*at - 1] first. */
static void write_piece(const Unigram *unigram, const char *word, size_t start, size_t end,
                        int32_t piece, int32_t *ids, size_t *at, size_t size)
{
    if (piece != unigram->unknown) {
        ids[--*at] = piece;
        return;
    }
    if (unigram->has_byte_fallback) {
        for (size_t i = end; i > start; i--) {
            ids[--*at] = unigram->byte_ids[(uint8_t)word[i - 1]];
        }
    } else if (*at == size || ids[*at] != unigram->unknown) {
        ids[--*at] = piece;
    }
}

Status unigram_encode_word(const Unigram *unigram, const char *word, size_t size,
                           UnigramScratch *scratch, int32_t *ids, size_t *count)
{
    *count = 0;
    if (size == 0) {
        return STATUS_OK;
    }
    TRY(scratch_reserve(scratch, size));
    find_best_ways(unigram, word, size, scratch);
    size_t at = size;
    for (size_t end = size; end > 0; end = scratch->from[end]) {
        write_piece(unigram, word, scratch->from[end], end, scratch->piece[end], ids, &at, size);
    }
    *count = size - at;
    memmove(ids, ids + at, *count * sizeof *ids);
    return STATUS_OK;
}

static bool is_white_space(const char *text, size_t size, size_t at, size_t *length)
{
    int32_t code_point = 0;
    *length = text_decode(text + at, size - at, &code_point);
    return text_class(code_point) == TEXT_SPACE;
}

static bool is_mark(const char *text, size_t size, size_t at)
{
    return size - at >= WORD_MARK_BYTES && memcmp(text + at, WORD_MARK, WORD_MARK_BYTES) == 0;
}

size_t unigram_next_word(const Unigram *unigram, const char *text, size_t size, size_t *at,
                         char *word)
{
    size_t length = 0;
    while (unigram->splits_at_white_space && *at < size &&
           is_white_space(text, size, *at, &length)) {
        *at += length;
    }
    const size_t first = *at;
    size_t written = 0;
    for (; *at < size; *at += length) {
        const bool is_space = is_white_space(text, size, *at, &length);
        if (is_space && unigram->splits_at_white_space) {
            break;
        }
        const bool is_boundary = text[*at] == ' ' || is_mark(text, size, *at);
        if (is_boundary && *at > first) {
            break;
        }
        if (!is_boundary && *at == first && unigram->has_prefix_mark) {
            memcpy(word, WORD_MARK, WORD_MARK_BYTES);
            written = WORD_MARK_BYTES;
        }
        const char *source = text[*at] == ' ' ? WORD_MARK : text + *at;
        const size_t bytes = text[*at] == ' ' ? WORD_MARK_BYTES : length;
        memcpy(word + written, source, bytes);
        written += bytes;
    }
    return written;
}
