#include "records/knob.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "records/divergence_kind.h"
#include "records/knob_choice.h"

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
        if (knob->choices != NULL) {
            continue;
        }
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

/* Momenta and decays: what matters is how far they are from 1, and the defaults 0.9 and 0.999 must be among the notches. */
static void comes_close_to_one_where_the_range_ends_below_it(void **state)
{
    (void)state;
    static const double ladder[] = {0.0,  0.1,   0.2,   0.5,   0.8,    0.9,    0.95,  0.98,
                                    0.99, 0.995, 0.998, 0.999, 0.9995, 0.9998, 0.9999};
    const size_t count = sizeof ladder / sizeof ladder[0];
    for (size_t i = 0; i + 1 < count; i++) {
        assert_true(knob_notch(KNOB_DECAY, ladder[i], +1) == ladder[i + 1]);
        assert_true(knob_notch(KNOB_DECAY, ladder[i + 1], -1) == ladder[i]);
    }
    assert_true(knob_notch(KNOB_DECAY, 0.9999, +1) == 0.9999);
    assert_true(knob_notch(KNOB_DECAY, 1.0, -1) == 0.9999);
    assert_true(knob_notch(KNOB_MOMENTUM, 0.9, +1) == 0.95);
    assert_true(knob_notch(KNOB_MOMENTUM, 0.9, -1) == 0.8);
    assert_true(knob_notch(KNOB_MOMENTUM, 0.98, +1) == 0.99);
    assert_true(knob_notch(KNOB_MOMENTUM, 0.99, +1) == 0.99);
    assert_true(knob_notch(KNOB_MOMENTUM, 0.999, -1) == 0.99);
    assert_true(knob_notch(KNOB_WSAM_WEIGHT, 0.5, +1) == 0.8);
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

static void choices_go_there_and_back_and_fill_their_range(void **state)
{
    (void)state;
    for (size_t i = 0; i < KNOB_COUNT; i++) {
        const KnobInfo *knob = knob_info((KnobId)i);
        char word[KNOB_CHOICE_BYTES] = "untouched";
        double index = 0.0;
        if (knob->choices == NULL) {
            assert_false(knob_choice_name((KnobId)i, 0.0, word));
            assert_string_equal(word, "untouched");
            continue;
        }
        while (knob_choice_name((KnobId)i, index, word)) {
            double found = -1.0;
            assert_true(knob_choice_from_name((KnobId)i, word, &found));
            assert_true(found == index);
            index += 1.0;
        }
        assert_true(index == knob->maximum + 1.0);
        assert_false(knob_choice_name((KnobId)i, 0.5, word));
        assert_false(knob_choice_from_name((KnobId)i, "nonsense", &index));
    }
}

static void words_stand_in_the_order_of_their_enums(void **state)
{
    (void)state;
#define KIND_NAME(id, name) [id] = name,
    static const char *const KINDS[] = {DIVERGENCE_KIND_TABLE(KIND_NAME)};
#undef KIND_NAME
    char word[KNOB_CHOICE_BYTES];
    double index = 0.0;
    for (size_t i = 0; i < DIVERGENCE_KIND_COUNT; i++) {
        assert_true(knob_choice_name(KNOB_DIVERGENCE, (double)i, word));
        assert_string_equal(word, KINDS[i]);
    }
    assert_true(knob_choice_from_name(KNOB_PERTURB, "head-only", &index));
    assert_true(index == PERTURB_HEAD_ONLY);
    assert_true(knob_choice_from_name(KNOB_CENTRE, "on", &index) && index == CENTRING_ON);
    assert_true(knob_choice_from_name(KNOB_ADAPTIVE, "on", &index) && index == 1.0);
    assert_true(knob_choice_from_name(KNOB_ARITHMETIC, "released", &index));
    assert_true(index == ARITHMETIC_RELEASED);
}

static void choices_are_walked_by_one(void **state)
{
    (void)state;
    assert_true(knob_notch(KNOB_PERTURB, 0.0, +1) == 1.0);
    assert_true(knob_notch(KNOB_PERTURB, 6.0, +1) == 6.0);
    assert_true(knob_notch(KNOB_PERTURB, 3.0, -1) == 2.0);
    assert_true(knob_notch(KNOB_PERTURB, 0.0, -1) == 0.0);
    assert_true(knob_notch(KNOB_PERTURB, NAN, +1) == 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_found_by_its_key),
        cmocka_unit_test(leaves_the_id_alone_when_the_key_is_unknown),
        cmocka_unit_test(has_a_usual_range_within_what_is_accepted),
        cmocka_unit_test(walks_the_ladder_in_the_doubles_a_user_would_type),
        cmocka_unit_test(comes_close_to_one_where_the_range_ends_below_it),
        cmocka_unit_test(stops_at_the_ends_of_the_usual_range),
        cmocka_unit_test(comes_back_into_the_usual_range_but_never_turns_round),
        cmocka_unit_test(goes_from_between_two_notches_to_the_nearer_one_in_that_direction),
        cmocka_unit_test(choices_go_there_and_back_and_fill_their_range),
        cmocka_unit_test(words_stand_in_the_order_of_their_enums),
        cmocka_unit_test(choices_are_walked_by_one),
        cmocka_unit_test(counts_a_rounded_notch_as_the_notch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
