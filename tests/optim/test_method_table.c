#include "optim/method_table.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "optim/quadratic.h"

static void every_row_is_complete_and_found_by_its_id(void **state)
{
    (void)state;
    const MethodList list = method_table();
    assert_true(list.count >= 3);
    for (size_t i = 0; i < list.count; i++) {
        const MethodInfo *method = &list.methods[i];
        assert_ptr_equal(method_find(method->id), method);
        assert_true(strlen(method->id) < METHOD_ID_BYTES);
        assert_non_null(method->name);
        assert_non_null(method->paper);
        assert_non_null(method->equation);
        assert_non_null(method->summary);
        assert_non_null(method->program);
        assert_non_null(method->program->step);
        assert_true(method->knob_count <= METHOD_KNOBS_MAX);
    }
    assert_null(method_find("no-such-method"));
}

static void defaults_lie_within_the_knobs_ranges(void **state)
{
    (void)state;
    const MethodList list = method_table();
    for (size_t i = 0; i < list.count; i++) {
        for (size_t k = 0; k < list.methods[i].knob_count; k++) {
            const MethodKnob *knob = &list.methods[i].knobs[k];
            assert_true(knob->default_value >= knob_info(knob->id)->minimum);
            assert_true(knob->default_value <= knob_info(knob->id)->maximum);
        }
    }
}

static void a_method_has_its_own_knobs_and_the_shared_ones(void **state)
{
    (void)state;
    double value = 0.0;
    assert_true(method_has_knob(method_find("sam"), KNOB_RHO, &value));
    assert_true(value == 0.05);
    assert_false(method_has_knob(method_find("sam"), KNOB_SCALE, &value));
    assert_true(method_has_knob(method_find("adamw"), KNOB_LEARNING_RATE, &value));
    assert_true(isnan(value));
}

static void the_passes_a_row_states_are_those_its_code_runs(void **state)
{
    (void)state;
    const MethodList list = method_table();
    for (size_t i = 0; i < list.count; i++) {
        Lane lane;
        lane_init(&lane);
        lane.knobs[KNOB_RHO] = 0.1;
        lane_step(&lane, list.methods[i].id);
        lane_step(&lane, list.methods[i].id); /* the first step may be cheaper */
        assert_true(lane.step.forward_passes == list.methods[i].forward_passes);
        assert_true(lane.step.backward_passes == list.methods[i].backward_passes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_complete_and_found_by_its_id),
        cmocka_unit_test(defaults_lie_within_the_knobs_ranges),
        cmocka_unit_test(a_method_has_its_own_knobs_and_the_shared_ones),
        cmocka_unit_test(the_passes_a_row_states_are_those_its_code_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
