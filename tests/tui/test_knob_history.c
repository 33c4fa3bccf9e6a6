#include "tui/knob_history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void changes_of_one_command_are_undone_together(void **state)
{
    (void)state;
    KnobHistory history = {0};
    size_t first = 99;
    knob_history_add(&history, (KnobChange){.command = 1, .lane = 0, .value = 1.0});
    knob_history_add(&history, (KnobChange){.command = 2, .lane = 0, .value = 2.0});
    knob_history_add(&history, (KnobChange){.command = 2, .lane = 1, .value = 2.0});
    assert_int_equal(knob_history_undo(&history, &first), 2);
    assert_int_equal(first, 1);
    assert_int_equal(knob_history_undo(&history, &first), 1);
    assert_int_equal(first, 0);
    assert_int_equal(knob_history_undo(&history, &first), 0);
    assert_int_equal(knob_history_redo(&history, &first), 1);
    assert_int_equal(knob_history_redo(&history, &first), 2);
    assert_int_equal(first, 1);
    assert_int_equal(knob_history_redo(&history, &first), 0);
}

static void a_new_change_forgets_what_was_undone(void **state)
{
    (void)state;
    KnobHistory history = {0};
    size_t first = 0;
    knob_history_add(&history, (KnobChange){.command = 1});
    knob_history_add(&history, (KnobChange){.command = 2});
    assert_int_equal(knob_history_undo(&history, &first), 1);
    knob_history_add(&history, (KnobChange){.command = 3});
    assert_int_equal(knob_history_redo(&history, &first), 0);
    assert_int_equal(knob_history_undo(&history, &first), 1);
    assert_int_equal(history.changes[first].command, 3);
    assert_int_equal(knob_history_undo(&history, &first), 1);
    assert_int_equal(history.changes[first].command, 1);
}

static void a_full_history_drops_the_oldest(void **state)
{
    (void)state;
    KnobHistory history = {0};
    for (uint64_t i = 1; i <= KNOB_HISTORY_CHANGES + 5; i++) {
        knob_history_add(&history, (KnobChange){.command = i});
    }
    assert_int_equal(history.count, KNOB_HISTORY_CHANGES);
    assert_int_equal(history.changes[0].command, 6);
}

static void changes_of_a_lane_that_left_are_forgotten(void **unused)
{
    (void)unused;
    KnobHistory history = {0};
    size_t first = 9;
    for (uint64_t i = 0; i < 6; i++) {
        knob_history_add(&history, (KnobChange){.command = i, .lane = (uint32_t)(i % 2)});
    }
    assert_int_equal(knob_history_undo(&history, &first), 1);
    assert_int_equal(knob_history_undo(&history, &first), 1);
    knob_history_forget_lane(&history, 1);
    assert_int_equal(history.count, 3);
    assert_int_equal(history.done, 2);
    assert_int_equal(knob_history_redo(&history, &first), 1);
    assert_int_equal(history.changes[first].command, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_of_a_lane_that_left_are_forgotten),
        cmocka_unit_test(changes_of_one_command_are_undone_together),
        cmocka_unit_test(a_new_change_forgets_what_was_undone),
        cmocka_unit_test(a_full_history_drops_the_oldest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
