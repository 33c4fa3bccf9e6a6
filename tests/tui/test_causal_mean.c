#include "tui/causal_mean.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void agrees_with_the_formula(void **state)
{
    (void)state;
    CausalMean mean = causal_mean_start(0.9);
    double sum = 0.0;
    double unseen = 1.0;
    for (int i = 0; i < 300; ++i) {
        const double value = sin(i) + 3.0;
        sum = 0.9 * sum + 0.1 * value;
        unseen *= 0.9;
        assert_true(fabs(causal_mean_next(&mean, value) - sum / (1.0 - unseen)) < 1e-12);
    }
}

static void a_constant_stays_that_constant(void **state)
{
    (void)state;
    static const double constants[] = {0.1, -7.3, 1e300, 1e-300};
    static const double weights[] = {0.0, 0.5, 0.9, 0.999};
    for (int c = 0; c < 4; ++c) {
        for (int w = 0; w < 4; ++w) {
            CausalMean mean = causal_mean_start(weights[w]);
            for (int i = 0; i < 2000; ++i) {
                assert_true(causal_mean_next(&mean, constants[c]) == constants[c]);
            }
        }
    }
}

static void a_gap_is_handed_back_and_leaves_the_mean_alone(void **state)
{
    (void)state;
    CausalMean with_gaps = causal_mean_start(0.5);
    CausalMean without = with_gaps;
    assert_true(causal_mean_next(&with_gaps, 1.0) == causal_mean_next(&without, 1.0));
    assert_true(isnan(causal_mean_next(&with_gaps, NAN)));
    assert_true(isinf(causal_mean_next(&with_gaps, -INFINITY)));
    assert_true(causal_mean_next(&with_gaps, 3.0) == causal_mean_next(&without, 3.0));
}

static void weights_that_are_none_switch_it_off(void **state)
{
    (void)state;
    const double off[] = {0.0, -1.0, NAN};
    for (int i = 0; i < 3; ++i) {
        CausalMean mean = causal_mean_start(off[i]);
        assert_true(causal_mean_next(&mean, 1.0) == 1.0 && causal_mean_next(&mean, 7.0) == 7.0);
    }
    CausalMean capped = causal_mean_start(5.0);
    (void)causal_mean_next(&capped, 1.0);
    const double second = causal_mean_next(&capped, 3.0);
    assert_true(second > 1.9 && second < 2.1);
}

static void survives_the_ends_of_the_number_range(void **state)
{
    (void)state;
    CausalMean mean = causal_mean_start(0.9);
    assert_true(isfinite(causal_mean_next(&mean, 1.7e308)));
    assert_true(isfinite(causal_mean_next(&mean, -1.7e308)));
    assert_true(isfinite(causal_mean_next(&mean, 1.0)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_formula),
        cmocka_unit_test(a_constant_stays_that_constant),
        cmocka_unit_test(a_gap_is_handed_back_and_leaves_the_mean_alone),
        cmocka_unit_test(weights_that_are_none_switch_it_off),
        cmocka_unit_test(survives_the_ends_of_the_number_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
