#include "lab/masked_pairs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lab/tiny_encoder.h"

#include "data/token_batch.h"

enum { B = 200, T = 24, R = 6 };

typedef struct Bench {
    Tokenizer *tokenizer;
    MaskedPairs pairs;
    MaskedWindows windows;
} Bench;

static void open_bench(const TinyEncoder *lab, Bench *bench)
{
    char path[256];
    Problem problem = {0};
    snprintf(path, sizeof path, "%s/tokenizer.json", lab->folder);
    assert_int_equal(tokenizer_load(path, &bench->tokenizer, &problem), STATUS_OK);
    if (masked_pairs_read(lab->folder, bench->tokenizer, &bench->pairs, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    assert_int_equal(masked_windows_init(&bench->windows, B, T, R), STATUS_OK);
}

static void close_bench(Bench *bench)
{
    masked_windows_clear(&bench->windows);
    masked_pairs_clear(&bench->pairs);
    tokenizer_destroy(bench->tokenizer);
}

static void windows_are_functions_of_seed_pool_and_number(void **state)
{
    Bench bench;
    int32_t kept[T];
    open_bench(*state, &bench);
    masked_pairs_fill(&bench.pairs, PAIR_POOL_TRAIN, 5, 100, &bench.windows);
    memcpy(kept, bench.windows.ids + 7 * T, sizeof kept);
    masked_pairs_fill(&bench.pairs, PAIR_POOL_TRAIN, 5, 107, &bench.windows);
    assert_memory_equal(bench.windows.ids, kept, sizeof kept);
    masked_pairs_fill(&bench.pairs, PAIR_POOL_TRAIN, 6, 107, &bench.windows);
    assert_memory_not_equal(bench.windows.ids, kept, sizeof kept);
    close_bench(&bench);
}

/* How often `token` stands in a window. */
static size_t count_of(const int32_t *ids, int32_t token)
{
    size_t count = 0;
    for (size_t t = 0; t < T; t++) {
        count += ids[t] == token ? 1 : 0;
    }
    return count;
}

static void some_windows_hold_a_translation_and_all_are_wrapped(void **state)
{
    Bench bench;
    size_t pairs = 0;
    open_bench(*state, &bench);
    masked_pairs_fill(&bench.pairs, PAIR_POOL_TRAIN, 1, 0, &bench.windows);
    for (size_t b = 0; b < B; b++) {
        const int32_t *ids = bench.windows.ids + b * T;
        const size_t ends = count_of(ids, bench.pairs.special.end);
        assert_int_equal(ids[0], bench.pairs.special.start);
        assert_true(ends == 1 || ends == 3);
        pairs += ends == 3 ? 1 : 0;
    }
    /* Two of three draws ask for one; half the strings have none in French. */
    assert_true(pairs > B / 5 && pairs < 2 * B / 3);
    close_bench(&bench);
}

static void what_is_asked_for_was_there_before_it_was_masked(void **state)
{
    Bench bench;
    size_t asked = 0;
    size_t masked = 0;
    open_bench(*state, &bench);
    masked_pairs_fill(&bench.pairs, PAIR_POOL_DEV, 1, 0, &bench.windows);
    for (size_t i = 0; i < (size_t)B * R; i++) {
        const int32_t target = bench.windows.targets[i];
        const uint32_t place = bench.windows.places[i];
        if (target == TOKEN_IGNORED) {
            assert_int_equal(place, 0);
            continue;
        }
        asked++;
        masked += bench.windows.ids[i / R * T + place] == bench.pairs.special.mask ? 1 : 0;
        assert_true(target > 4 && (size_t)target < bench.pairs.V);
    }
    assert_true(asked > B / 2);
    assert_true(masked > asked / 2 && masked < asked); /* 80 % */
    close_bench(&bench);
}

static void pools_share_no_bundle(void **state)
{
    Bench bench;
    open_bench(*state, &bench);
    const size_t languages = bench.pairs.text.languages.count;
    assert_true(bench.pairs.counts[PAIR_POOL_DEV] > 0);
    for (size_t i = 0; i < bench.pairs.counts[PAIR_POOL_DEV]; i++) {
        for (size_t k = 0; k < bench.pairs.counts[PAIR_POOL_TRAIN]; k++) {
            assert_true(bench.pairs.strings[PAIR_POOL_DEV][i] / languages !=
                        bench.pairs.strings[PAIR_POOL_TRAIN][k] / languages);
        }
    }
    close_bench(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_are_functions_of_seed_pool_and_number),
        cmocka_unit_test(some_windows_hold_a_translation_and_all_are_wrapped),
        cmocka_unit_test(what_is_asked_for_was_there_before_it_was_masked),
        cmocka_unit_test(pools_share_no_bundle),
    };
    return cmocka_run_group_tests(tests, open_encoder_lab, close_encoder_lab);
}
