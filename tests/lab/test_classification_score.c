#include "lab/classification_score.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void counts_what_was_told_right(void **state)
{
    (void)state;
    ClassificationScore score = {0};
    const Real outputs[4][3] = {{(Real)1.0, (Real)2.0, (Real)0.0},
                                {(Real)3.0, (Real)2.0, (Real)0.0},
                                {(Real)1.0, (Real)1.0, (Real)0.0},
                                {(Real)0.0, (Real)0.0, (Real)5.0}};
    const int32_t labels[4] = {1, 1, 0, 2};
    for (size_t i = 0; i < 4; i++) {
        classification_score_add(&score, outputs[i], 3, labels[i], (double)i);
    }
    assert_true(classification_score_accuracy(&score) == 75.0);
    assert_true(fabs(classification_score_accuracy_error(&score) -
                     100.0 * sqrt(0.75 * 0.25 / 4.0)) < 1e-12);
    assert_true(classification_score_loss(&score) == 1.5);
    /* 0, 1, 2, 3: variance 5/3 */
    assert_true(fabs(classification_score_loss_error(&score) - sqrt(5.0 / 3.0 / 4.0)) < 1e-12);
}

static void a_prediction_that_is_no_number_is_wrong(void **state)
{
    (void)state;
    ClassificationScore score = {0};
    const Real outputs[2] = {(Real)NAN, (Real)NAN};
    classification_score_add(&score, outputs, 2, 0, (double)NAN);
    assert_true(classification_score_accuracy(&score) == 0.0);
    assert_true(isnan(classification_score_loss(&score)));
}

static void without_examples_nothing_is_known(void **state)
{
    (void)state;
    const ClassificationScore score = {0};
    assert_true(isnan(classification_score_accuracy(&score)));
    assert_true(isnan(classification_score_loss_error(&score)));
}

static void translations_of_one_example_count_as_one(void **state)
{
    (void)state;
    const uint8_t same[3 * 5] = {1, 0, 1, 0, 9, 1, 0, 1, 0, 9, 1, 0, 1, 0, 9};
    const uint8_t spread[3 * 5] = {1, 0, 1, 0, 9, 0, 1, 0, 1, 9, 1, 0, 1, 0, 9};
    /* Always right or always wrong in all three: as uncertain as one domain of four examples. */
    const double expected = 100.0 * sqrt(1.0 / 3.0 / 4.0);
    assert_true(fabs(classification_mean_error(same, 5, 3, 4) - expected) < 1e-9);
    assert_true(classification_mean_error(spread, 5, 3, 4) < expected);
    assert_true(isnan(classification_mean_error(same, 5, 3, 1)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_what_was_told_right),
        cmocka_unit_test(a_prediction_that_is_no_number_is_wrong),
        cmocka_unit_test(without_examples_nothing_is_known),
        cmocka_unit_test(translations_of_one_example_count_as_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
