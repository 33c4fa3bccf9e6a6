#include "optim/method_table.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "optim/lane.h"

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
        assert_non_null(method->program->find_gradient);
        assert_true(method->knob_count <= METHOD_KNOBS_MAX);
        assert_true((method->program->memory != MEMORY_NONE) <= (method->state_vectors > 0.0));
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
            assert_true(knob->default_value <= method_knob_maximum(&list.methods[i], knob->id));
        }
    }
}

static void knob_counts_cover_the_rows_and_no_knob_stands_twice(void **state)
{
    (void)state;
    const MethodList list = method_table();
    for (size_t i = 0; i < list.count; i++) {
        const MethodInfo *method = &list.methods[i];
        size_t filled = 0;
        while (filled < METHOD_KNOBS_MAX && method->knobs[filled].id != KNOB_LEARNING_RATE) {
            filled++; /* an empty place is knob 0 */
        }
        if (filled != method->knob_count) {
            fail_msg("%s: %zu knobs, not %zu", method->id, filled, method->knob_count);
        }
        for (size_t k = 0; k < method->knob_count; k++) {
            for (size_t other = 0; other < k; other++) {
                assert_int_not_equal(method->knobs[k].id, method->knobs[other].id);
            }
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

/* Over ten steps, from the second on: the first may be cheaper. */
static void mean_passes(const MethodInfo *method, void (*start)(Lane *), double *forward,
                        double *backward)
{
    Lane lane;
    start(&lane);
    lane.followed_count = LANE_D_MAX;
    for (size_t i = 0; i < LANE_D_MAX; i++) {
        lane.followed_d[i] = 0.1;
    }
    *forward = 0.0;
    *backward = 0.0;
    lane_step(&lane, method->id);
    for (int t = 0; t < 10; t++) {
        assert_int_equal(lane_step(&lane, method->id), STEP_TAKEN);
        *forward += lane.step.forward_passes / 10.0;
        *backward += lane.step.backward_passes / 10.0;
    }
}

static void the_passes_a_row_states_are_those_its_code_runs(void **state)
{
    (void)state;
    const MethodList list = method_table();
    for (size_t i = 0; i < list.count; i++) {
        const MethodInfo *method = &list.methods[i];
        double forward = 0.0;
        double backward = 0.0;
        mean_passes(method, lane_init, &forward, &backward);
        if (!is_near(forward, method->forward_passes) ||
            !is_near(backward, method->backward_passes)) {
            fail_msg("%s: %g + %g passes, not %g + %g", method->id, forward, backward,
                     method->forward_passes, method->backward_passes);
        }
    }
}

typedef struct PaperCost {
    const char *id;
    double forward;
    double backward;
} PaperCost;

static void the_passes_are_those_of_the_papers(void **state)
{
    (void)state;
    static const PaperCost COSTS[] = {
        {"adamw", 1, 1},         {"sgd", 1, 1},         {"sam", 2, 2},         {"asam", 2, 2},
        {"fsam", 2, 2},          {"trpo", 2, 1},        {"mesa", 2, 1},        {"r3f", 2, 2},
        {"asam+trpo", 3, 2},     {"asam+mesa", 3, 2},   {"asam+r3f", 4, 4},    {"tram-prev", 3, 2},
        {"tram-0", 3, 2},        {"tram-x", 3, 2},      {"tram-fisher", 3, 3}, {"gsam", 2, 2},
        {"friendly-sam", 2, 2},  {"looksam", 1.1, 1.1}, {"msam", 1, 1},        {"le-sam", 2, 2},
        {"functional-sam", 2, 2}};
    const size_t count = sizeof COSTS / sizeof *COSTS;
    size_t controls = 0;
    for (size_t i = 0; i < method_table().count; i++) {
        controls += method_table().methods[i].is_control ? 1 : 0;
    }
    assert_int_equal(count + controls, method_table().count);
    for (size_t i = 0; i < count; i++) {
        assert_true(method_find(COSTS[i].id)->forward_passes == COSTS[i].forward);
        assert_true(method_find(COSTS[i].id)->backward_passes == COSTS[i].backward);
    }
}

/* What a program says it needs is what it asks for. */
static void programs_ask_for_no_more_than_they_say(void **state)
{
    (void)state;
    static const char *const TWINS[] = {"r3f", "asam+r3f"};
    for (size_t i = 0; i < method_table().count; i++) {
        const MethodInfo *method = &method_table().methods[i];
        Lane lane;
        lane_init_softmax(&lane);
        lane_step(&lane, method->id);
        lane_step(&lane, method->id);
        const bool is_twin = strcmp(method->id, TWINS[0]) == 0 || strcmp(method->id, TWINS[1]) == 0;
        assert_true(method->program->has_twin == is_twin);
        assert_true((lane.step.twin.weight != 0.0) == is_twin);
        assert_true(method->program->keeps_targets == (lane.step.penalty.weight != 0.0));
        assert_true(method->program->keeps_outputs == method->has_d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_complete_and_found_by_its_id),
        cmocka_unit_test(defaults_lie_within_the_knobs_ranges),
        cmocka_unit_test(a_method_has_its_own_knobs_and_the_shared_ones),
        cmocka_unit_test(knob_counts_cover_the_rows_and_no_knob_stands_twice),
        cmocka_unit_test(the_passes_a_row_states_are_those_its_code_runs),
        cmocka_unit_test(the_passes_are_those_of_the_papers),
        cmocka_unit_test(programs_ask_for_no_more_than_they_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
