#include "lab/masked_pairs.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "data/token_batch.h"
#include "data/token_masking.h"

enum {
    DEV_EVERY = 25, /* of that many bundles one is kept apart */
    PAIRS_OF_THREE = 2
};

/* Of an emoji both strings go to the same pool. */
static PairPool pool_of(size_t bundle)
{
    return bundle / 2 % DEV_EVERY == 0 ? PAIR_POOL_DEV : PAIR_POOL_TRAIN;
}

static Status encode_all(MaskedPairs *pairs, const Tokenizer *tokenizer)
{
    const ParallelText *text = &pairs->text;
    const size_t languages = text->languages.count;
    const size_t count = text->bundle_count * languages;
    pairs->ids =
        calloc(tokenizer_ids_max(tokenizer, text->text_bytes) + count + 1, sizeof *pairs->ids);
    pairs->starts = calloc(count + 1, sizeof *pairs->starts);
    for (size_t pool = 0; pool < PAIR_POOL_COUNT; pool++) {
        pairs->strings[pool] = calloc(count + 1, sizeof *pairs->strings[pool]);
        if (pairs->strings[pool] == NULL) {
            return STATUS_OUT_OF_MEMORY;
        }
    }
    if (pairs->ids == NULL || pairs->starts == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        const PairPool pool = pool_of(i / languages);
        const char *string = parallel_text_string(text, i / languages, i % languages);
        size_t length = 0;
        if (string != NULL) {
            TRY(tokenizer_encode(tokenizer, string, strlen(string), pairs->ids + pairs->starts[i],
                                 &length));
            pairs->strings[pool][pairs->counts[pool]++] = (uint32_t)i;
        }
        pairs->starts[i + 1] = pairs->starts[i] + length;
    }
    return STATUS_OK;
}

Status masked_pairs_read(const char *folder, const Tokenizer *tokenizer, MaskedPairs *out,
                         Problem *problem)
{
    MaskedPairs pairs = {.special = tokenizer_special_tokens(tokenizer),
                         .V = tokenizer_vocab_size(tokenizer)};
    *out = (MaskedPairs){0};
    if (pairs.special.start < 0 || pairs.special.padding < 0 || pairs.special.end < 0 ||
        pairs.special.mask < 0) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "the tokenizer has no <s>, <pad>, </s> or <mask>");
    }
    TRY(parallel_text_read(folder, &pairs.text, problem));
    Status status = encode_all(&pairs, tokenizer);
    if (status != STATUS_OK) {
        problem_describe(problem, status, "not enough memory for the texts of %s", folder);
    } else if (pairs.counts[PAIR_POOL_TRAIN] == 0 || pairs.counts[PAIR_POOL_DEV] == 0) {
        status = problem_describe(problem, STATUS_BAD_VALUE, "%s: too few strings", folder);
    }
    if (status != STATUS_OK) {
        masked_pairs_clear(&pairs);
        return status;
    }
    *out = pairs;
    return STATUS_OK;
}

void masked_pairs_clear(MaskedPairs *pairs)
{
    parallel_text_clear(&pairs->text);
    free(pairs->ids);
    free(pairs->starts);
    for (size_t pool = 0; pool < PAIR_POOL_COUNT; pool++) {
        free(pairs->strings[pool]);
    }
    *pairs = (MaskedPairs){0};
}

Status masked_windows_init(MaskedWindows *windows, size_t B, size_t T, size_t R)
{
    *windows = (MaskedWindows){.B = B, .T = T, .R = R};
    windows->ids = calloc(B * T, sizeof *windows->ids);
    windows->places = calloc(B * R, sizeof *windows->places);
    windows->targets = calloc(B * R, sizeof *windows->targets);
    windows->scratch = calloc(T, sizeof *windows->scratch);
    if (windows->ids == NULL || windows->places == NULL || windows->targets == NULL ||
        windows->scratch == NULL) {
        masked_windows_clear(windows);
        return STATUS_OUT_OF_MEMORY;
    }
    return STATUS_OK;
}

void masked_windows_clear(MaskedWindows *windows)
{
    free(windows->ids);
    free(windows->places);
    free(windows->targets);
    free(windows->scratch);
    *windows = (MaskedWindows){0};
}

static TokenSpan span_of(const MaskedPairs *pairs, size_t string)
{
    return (TokenSpan){.ids = pairs->ids + pairs->starts[string],
                       .count = pairs->starts[string + 1] - pairs->starts[string]};
}

/* Another language's string of the same bundle, each as likely; `string` itself if there is none. */
static size_t draw_translation(const MaskedPairs *pairs, size_t string, Random *random)
{
    const size_t languages = pairs->text.languages.count;
    const size_t first = string - string % languages;
    size_t drawn = string;
    size_t seen = 0;
    for (size_t i = first; i < first + languages; i++) {
        if (i != string && pairs->starts[i + 1] > pairs->starts[i]) {
            seen++;
            drawn = random_below(random, seen) == 0 ? i : drawn;
        }
    }
    return drawn;
}

/* Which pool's windows are drawn must not make their draws those of the other. */
static uint64_t number_of(PairPool pool, uint64_t number)
{
    return number * PAIR_POOL_COUNT + (uint64_t)pool;
}

static void draw_window(const MaskedPairs *pairs, PairPool pool, Random *random, size_t T,
                        int32_t *ids)
{
    const size_t first = pairs->strings[pool][random_below(random, pairs->counts[pool])];
    const size_t second =
        random_below(random, 3) < PAIRS_OF_THREE ? draw_translation(pairs, first, random) : first;
    const TokenSpan none = {0};
    const size_t length =
        special_tokens_wrap(&pairs->special, span_of(pairs, first),
                            second == first ? none : span_of(pairs, second), T, ids);
    for (size_t t = length; t < T; t++) {
        ids[t] = pairs->special.padding;
    }
}

void masked_pairs_fill(const MaskedPairs *pairs, PairPool pool, uint64_t seed, uint64_t first,
                       MaskedWindows *windows)
{
    const TokenMasking masking = token_masking_bert(&pairs->special, pairs->V);
    const size_t T = windows->T;
    const size_t R = windows->R;
    for (size_t b = 0; b < windows->B; b++) {
        const uint64_t number = number_of(pool, first + b);
        Random random = random_stream(seed, RANDOM_STREAM_PAIRS, number);
        int32_t *ids = windows->ids + b * T;
        size_t asked = 0;
        draw_window(pairs, pool, &random, T, ids);
        (void)token_masking_apply(&masking, seed, number, 0, T, ids, windows->scratch);
        for (size_t t = 0; t < T && asked < R; t++) {
            if (windows->scratch[t] != TOKEN_IGNORED) {
                windows->places[b * R + asked] = (uint32_t)t;
                windows->targets[b * R + asked] = windows->scratch[t];
                asked++;
            }
        }
        for (; asked < R; asked++) {
            windows->places[b * R + asked] = 0;
            windows->targets[b * R + asked] = TOKEN_IGNORED;
        }
    }
}
