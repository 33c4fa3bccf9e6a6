#include "records/knob.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void is_found_by_its_key(void **state)
{
    (void)state;
    for (size_t i = 0; i < KNOB_COUNT; i++) {
        KnobId found = KNOB_COUNT;
        assert_true(knob_from_key(knob_info((KnobId)i)->key, &found));
        assert_int_equal(found, i);
    }
    assert_string_equal(knob_info(KNOB_RHO)->key, "rho");
    assert_string_equal(knob_info(KNOB_SCALE)->unit, "1/nat");
}

static void leaves_the_id_alone_when_the_key_is_unknown(void **state)
{
    (void)state;
    KnobId found = KNOB_SCALE;
    assert_false(knob_from_key("Rho", &found));
    assert_false(knob_from_key("", &found));
    assert_int_equal(found, KNOB_SCALE);
}

static void has_a_usual_range_within_what_is_accepted(void **state)
{
    (void)state;
    for (size_t i = 0; i < KNOB_COUNT; i++) {
        const KnobInfo *knob = knob_info((KnobId)i);
        assert_true(knob->minimum <= knob->first_notch);
        assert_true(knob->first_notch < knob->last_notch);
        assert_true(knob->last_notch <= knob->maximum);
    }
}

static void walks_the_ladder_in_the_doubles_a_user_would_type(void **state)
{
    (void)state;
    static const double ladder[] = {0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05,
                                    0.1, 0.2,   0.5,   1.0,   2.0,  5.0,  10.0};
    const size_t count = sizeof ladder / sizeof ladder[0];
    for (size_t i = 0; i + 1 < count; i++) {
        assert_true(knob_notch(KNOB_RHO, ladder[i], +1) == ladder[i + 1]);
        assert_true(knob_notch(KNOB_RHO, ladder[i + 1], -1) == ladder[i]);
    }
}

static void stops_at_the_ends_of_the_usual_range(void **state)
{
    (void)state;
    assert_true(knob_notch(KNOB_RHO, 10.0, +1) == 10.0);
    assert_true(knob_notch(KNOB_RHO, 0.0, -1) == 0.0);
    assert_true(knob_notch(KNOB_SCALE, 1e6, +1) == 1e6);
    assert_true(knob_notch(KNOB_SCALE, 1.0, -1) == 0.0);
}

static void comes_back_into_the_usual_range_but_never_turns_round(void **state)
{
    (void)state;
    assert_true(knob_notch(KNOB_RHO, 1000.0, -1) == 10.0);
    assert_true(knob_notch(KNOB_RHO, 1000.0, +1) == 1000.0);
    assert_true(knob_notch(KNOB_RHO, 1e-5, +1) == 0.001);
    assert_true(knob_notch(KNOB_RHO, 1e-5, -1) == 0.0);
    assert_true(knob_notch(KNOB_RHO, INFINITY, -1) == 10.0);
    assert_true(knob_notch(KNOB_RHO, NAN, +1) == 0.001);
}

static void goes_from_between_two_notches_to_the_nearer_one_in_that_direction(void **state)
{
    (void)state;
    assert_true(knob_notch(KNOB_SCALE, 3000.0, +1) == 5000.0);
    assert_true(knob_notch(KNOB_SCALE, 3000.0, -1) == 2000.0);
}

static void counts_a_rounded_notch_as_the_notch(void **state)
{
    (void)state;
    const double almost = nextafter(0.05, 0.0);
    assert_true(knob_notch(KNOB_RHO, almost, +1) == 0.1);
    assert_true(knob_notch(KNOB_RHO, nextafter(0.05, 1.0), -1) == 0.02);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_found_by_its_key),
        cmocka_unit_test(leaves_the_id_alone_when_the_key_is_unknown),
        cmocka_unit_test(has_a_usual_range_within_what_is_accepted),
        cmocka_unit_test(walks_the_ladder_in_the_doubles_a_user_would_type),
        cmocka_unit_test(stops_at_the_ends_of_the_usual_range),
        cmocka_unit_test(comes_back_into_the_usual_range_but_never_turns_round),
        cmocka_unit_test(goes_from_between_two_notches_to_the_nearer_one_in_that_direction),
        cmocka_unit_test(counts_a_rounded_notch_as_the_notch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
