#include "optim/parameter_span.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "optim/lane.h"

static const ParameterSpan SPANS[] = {
    {.offset = 0, .size = 10, .group = SPAN_EMBEDDING, .is_head = true},
    {.offset = 10, .size = 5, .group = SPAN_NORM},
    {.offset = 15, .size = 5, .group = SPAN_NORM, .is_bias = true},
    {.offset = 20, .size = 30, .group = SPAN_MLP},
};

static void neighbours_make_one_run(void **state)
{
    (void)state;
    const ParameterSpans spans = {SPANS, 4};
    ParameterRun run = {0};
    assert_true(parameter_run_next(spans, PERTURB_NO_BIAS, 50, &run));
    assert_int_equal(run.offset, 0);
    assert_int_equal(run.size, 15);
    assert_true(parameter_run_next(spans, PERTURB_NO_BIAS, 50, &run));
    assert_int_equal(run.offset, 20);
    assert_int_equal(run.size, 30);
    assert_false(parameter_run_next(spans, PERTURB_NO_BIAS, 50, &run));
}

static void everything_is_one_run_with_or_without_spans(void **state)
{
    (void)state;
    ParameterRun run = {0};
    assert_true(parameter_run_next((ParameterSpans){0}, PERTURB_ALL, 50, &run));
    assert_int_equal(run.offset, 0);
    assert_int_equal(run.size, 50);
    assert_false(parameter_run_next((ParameterSpans){0}, PERTURB_ALL, 50, &run));
}

static void a_mask_that_fits_nothing_has_no_run(void **state)
{
    (void)state;
    ParameterRun run = {0};
    assert_false(parameter_run_next((ParameterSpans){SPANS + 3, 1}, PERTURB_NORM_ONLY, 50, &run));
    assert_true(parameter_span_is_perturbed(&SPANS[0], PERTURB_HEAD_ONLY));
    assert_false(parameter_span_is_perturbed(&SPANS[0], PERTURB_NO_EMBED));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbours_make_one_run),
        cmocka_unit_test(everything_is_one_run_with_or_without_spans),
        cmocka_unit_test(a_mask_that_fits_nothing_has_no_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
