/* tests/data/test_token_masking.c -- the shares are BERT's, and a window is corrupted alike whenever it is asked for. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "data/token_batch.h"
#include "data/token_masking.h"

enum { V = 500, T = 128, WINDOWS = 1000 };

static const SpecialTokens SPECIAL = {
    .start = 0, .padding = 1, .end = 2, .unknown = 3, .mask = V - 1};

/* <s>, ordinary tokens, </s>, padding. */
static void make_window(int32_t *ids, size_t window)
{
    for (size_t t = 0; t < T; t++) {
        ids[t] = (int32_t)(4 + (window * 31 + t * 7) % (V - 5));
    }
    ids[0] = SPECIAL.start;
    ids[T - 9] = SPECIAL.end;
    for (size_t t = T - 8; t < T; t++) {
        ids[t] = SPECIAL.padding;
    }
}

static void assert_share(size_t count, size_t of, double expected)
{
    const double share = (double)count / (double)of;
    const double error = sqrt(expected * (1.0 - expected) / (double)of);
    if (fabs(share - expected) > 4.0 * error) {
        fail_msg("%f should be %f within %f", share, expected, 4.0 * error);
    }
}

static void shares_are_those_of_bert(void **state)
{
    (void)state;
    const TokenMasking masking = token_masking_bert(&SPECIAL, V);
    size_t predicted = 0;
    size_t masked = 0;
    size_t kept = 0;
    size_t candidates = 0;
    for (size_t window = 0; window < WINDOWS; window++) {
        int32_t before[T];
        int32_t ids[T];
        int32_t targets[T];
        make_window(before, window);
        memcpy(ids, before, sizeof ids);
        const size_t count = token_masking_apply(&masking, 1, 2, window, T, ids, targets);
        size_t found = 0;
        for (size_t t = 0; t < T; t++) {
            candidates += special_tokens_have(&SPECIAL, before[t]) ? 0 : 1;
            if (targets[t] == TOKEN_IGNORED) {
                assert_int_equal(ids[t], before[t]);
                continue;
            }
            assert_false(special_tokens_have(&SPECIAL, before[t]));
            assert_int_equal(targets[t], before[t]);
            assert_true(ids[t] == SPECIAL.mask || !special_tokens_have(&SPECIAL, ids[t]));
            assert_in_range(ids[t], 0, V - 1);
            found++;
            masked += ids[t] == SPECIAL.mask;
            kept += ids[t] == before[t];
        }
        assert_int_equal(found, count);
        predicted += found;
    }
    assert_share(predicted, candidates, 0.15);
    assert_share(masked, predicted, 0.8);
    assert_share(kept, predicted, 0.1 + 0.1 / (V - 5)); /* a random token may be the same */
}

static void a_window_depends_on_seed_step_and_its_number_only(void **state)
{
    (void)state;
    const TokenMasking masking = token_masking_bert(&SPECIAL, V);
    static const uint64_t places[][3] = {{1, 2, 3}, {1, 2, 3}, {1, 2, 4}, {1, 3, 3}, {2, 2, 3}};
    int32_t ids[5][T];
    int32_t targets[T];
    for (size_t i = 0; i < 5; i++) {
        make_window(ids[i], 0);
        (void)token_masking_apply(&masking, places[i][0], places[i][1], places[i][2], T, ids[i],
                                  targets);
    }
    assert_memory_equal(ids[0], ids[1], sizeof *ids);
    for (size_t i = 2; i < 5; i++) {
        assert_memory_not_equal(ids[0], ids[i], sizeof *ids);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_those_of_bert),
        cmocka_unit_test(a_window_depends_on_seed_step_and_its_number_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
