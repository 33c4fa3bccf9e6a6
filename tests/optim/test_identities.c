#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "optim/identity_table.h"
#include "optim/lane.h"

typedef void LaneStart(Lane *lane);

static void run_side(const IdentitySide *side, LaneStart *start, int steps, Lane *lane)
{
    start(lane);
    for (size_t k = 0; k < IDENTITY_KNOBS_MAX && side->knobs[k] != NULL; k++) {
        lane_set(lane, side->knobs[k]);
    }
    if (!isnan(lane->knobs[KNOB_LEARNING_RATE])) {
        lane->learning_rate = lane->knobs[KNOB_LEARNING_RATE];
    }
    for (int t = 0; t < steps; t++) {
        assert_int_equal(lane_step(lane, side->method), STEP_TAKEN);
    }
}

static bool are_equal(const Identity *pair, LaneStart *start)
{
    Lane one;
    Lane other;
    const int steps = pair->steps == 0 ? 12 : pair->steps;
    run_side(&pair->one, start, steps, &one);
    run_side(&pair->other, start, steps, &other);
    return memcmp(one.params, other.params, sizeof one.params) == 0 &&
           memcmp(one.moment1, other.moment1, sizeof one.moment1) == 0 &&
           memcmp(one.moment2, other.moment2, sizeof one.moment2) == 0;
}

static void check_identities(LaneStart *start)
{
    for (size_t i = 0; i < IDENTITY_COUNT; i++) {
        if (!are_equal(&IDENTITIES[i], start)) {
            fail_msg("%zu: %s (%s) is not %s", i, IDENTITIES[i].one.method,
                     IDENTITIES[i].one.knobs[0] == NULL ? "" : IDENTITIES[i].one.knobs[0],
                     IDENTITIES[i].other.method);
        }
    }
}

static void every_identity_holds_to_the_bit_on_the_quadratic(void **state)
{
    (void)state;
    check_identities(lane_init);
}

static void every_identity_holds_to_the_bit_on_the_softmax_task(void **state)
{
    (void)state;
    check_identities(lane_init_softmax);
}

static void no_method_is_adamw(void **state)
{
    (void)state;
    for (size_t i = 0; i < ACTING_COUNT; i++) {
        const Identity pair = {ACTING_METHODS[i], {"adamw", {0}}, 12};
        if (are_equal(&pair, lane_init_softmax)) {
            fail_msg("%zu: %s is AdamW", i, ACTING_METHODS[i].method);
        }
    }
}

static void every_method_but_the_controls_is_among_those_that_act(void **state)
{
    (void)state;
    const MethodList list = method_table();
    for (size_t i = 0; i < list.count; i++) {
        bool is_there = list.methods[i].is_control || strcmp(list.methods[i].id, "adamw") == 0;
        for (size_t k = 0; k < ACTING_COUNT; k++) {
            is_there = is_there || strcmp(ACTING_METHODS[k].method, list.methods[i].id) == 0;
        }
        if (!is_there) {
            fail_msg("%s is missing", list.methods[i].id);
        }
    }
}

static void every_knob_that_should_matter_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < DIFFERENCE_COUNT; i++) {
        if (are_equal(&DIFFERENCES[i], lane_init_softmax)) {
            fail_msg("%zu: %s (%s ...) makes no difference", i, DIFFERENCES[i].one.method,
                     DIFFERENCES[i].one.knobs[0]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_identity_holds_to_the_bit_on_the_quadratic),
        cmocka_unit_test(every_identity_holds_to_the_bit_on_the_softmax_task),
        cmocka_unit_test(no_method_is_adamw),
        cmocka_unit_test(every_method_but_the_controls_is_among_those_that_act),
        cmocka_unit_test(every_knob_that_should_matter_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
