#include "data/special_tokens.h"

#include <assert.h>
#include <string.h>

bool special_tokens_have(const SpecialTokens *special, int32_t id)
{
    return id == special->start || id == special->padding || id == special->end ||
           id == special->unknown || id == special->mask;
}

/* What one token after the other comes to, without going through them: first the longer one is cut down to the other. */
static void cut_longest(size_t *first, size_t *second, size_t room)
{
    const size_t total = *first + *second;
    size_t surplus = total > room ? total - room : 0;
    size_t *longer = *first > *second ? first : second;
    const size_t difference = *first > *second ? *first - *second : *second - *first;
    const size_t cut = surplus < difference ? surplus : difference;
    *longer -= cut;
    surplus -= cut;
    *second -= (surplus + 1) / 2;
    *first -= surplus / 2;
}

size_t special_tokens_wrap(const SpecialTokens *special, TokenSpan first, TokenSpan second,
                           size_t T, int32_t *ids)
{
    const bool is_pair = second.ids != NULL;
    assert(T >= (size_t)(is_pair ? PAIR_SEQUENCE_MIN : SINGLE_SEQUENCE_MIN));
    assert(special->start >= 0 && special->end >= 0);
    size_t second_count = is_pair ? second.count : 0;
    size_t at = 0;
    cut_longest(&first.count, &second_count, T - (is_pair ? 4 : 2));
    ids[at++] = special->start;
    memcpy(ids + at, first.ids, first.count * sizeof *ids);
    at += first.count;
    ids[at++] = special->end;
    if (is_pair) {
        ids[at++] = special->end;
        memcpy(ids + at, second.ids, second_count * sizeof *ids);
        at += second_count;
        ids[at++] = special->end;
    }
    return at;
}
