#include "tui/plot_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/plot_rig.h"

/* One step a column, 0..59. */
static void open(PlotRig *rig)
{
    rig_open(rig);
    rig_add(rig, 0, 0.0, 0.0);
    rig_add(rig, 0, 59.0, 1.0);
    rig->plot.x_end = 59.0;
}

static void add(PlotRig *rig, double step, int number)
{
    rig->plot.rules[rig->plot.rule_count++] =
        (PlotRule){.x = {step, 3.0 * step, 0.25 * step}, .number = number};
}

static void expect_rows(PlotRig *rig, const char *first, const char *second, const char *third)
{
    const char *const expected[] = {first, second, third};
    rig_measure(rig, 0.0, 1.0);
    plot_rules_draw_numbers(&rig->plot, &rig->axes);
    char *text = cell_grid_to_text(&rig->grid);
    assert_non_null(text);
    const char *line = text;
    for (int row = 0; row < 3; row++) {
        const size_t size = strcspn(line, "\n");
        if (strlen(expected[row]) != size || memcmp(line, expected[row], size) != 0) {
            print_error("row %d is \"%.*s\", not \"%s\"\n", row, (int)size, line, expected[row]);
            fail();
        }
        line += size + 1;
    }
    free(text);
    rig_close(rig);
}

static void a_number_stands_at_the_head_of_its_rule(void **state)
{
    (void)state;
    PlotRig rig;
    open(&rig);
    add(&rig, 5.0, 1);
    add(&rig, 20.0, 12);
    expect_rows(&rig, "     1              12", "", "");
}

static void rules_of_one_step_share_a_label(void **state)
{
    (void)state;
    PlotRig rig;
    open(&rig);
    add(&rig, 5.0, 2);
    add(&rig, 5.0, 3);
    add(&rig, 20.0, 4);
    add(&rig, 20.2, 5); /* another step, the same column */
    add(&rig, 20.3, 6);
    expect_rows(&rig, "     2,3            4-6", "", "");
}

static void a_gap_in_the_numbers_is_no_range(void **state)
{
    (void)state;
    PlotRig rig;
    open(&rig);
    add(&rig, 5.0, 7);
    add(&rig, 5.0, 1);
    add(&rig, 5.0, 2);
    add(&rig, 5.0, 3);
    expect_rows(&rig, "     1-3,7", "", "");
}

static void neighbours_go_one_row_down(void **state)
{
    (void)state;
    PlotRig rig;
    open(&rig);
    add(&rig, 5.0, 8);
    add(&rig, 6.0, 9);
    add(&rig, 7.0, 10);
    expect_rows(&rig, "     8 10", "      9", "");
}

/* Four in four columns, and three rows: the last joins its neighbour. */
static void where_no_row_is_free_labels_are_joined(void **state)
{
    (void)state;
    PlotRig rig;
    open(&rig);
    add(&rig, 5.0, 101);
    add(&rig, 6.0, 102);
    add(&rig, 7.0, 103);
    add(&rig, 8.0, 104);
    expect_rows(&rig, "     101", "      102", "       103,104");
}

static void at_the_right_end_labels_stay_inside(void **state)
{
    (void)state;
    PlotRig rig;
    open(&rig);
    add(&rig, 59.0, 21);
    add(&rig, 59.0, 22);
    expect_rows(&rig, "                                                       21,22", "", "");
}

/* As many as there can be, in every column: each number is in one of the labels. */
static void no_number_is_lost(void **state)
{
    (void)state;
    PlotRig rig;
    bool is_read[PLOT_RULES_MAX + 1] = {false};
    open(&rig);
    for (int i = 0; i < PLOT_RULES_MAX; i++) {
        add(&rig, 59.0 * i / PLOT_RULES_MAX, i + 1);
    }
    rig_measure(&rig, 0.0, 1.0);
    plot_rules_draw_numbers(&rig.plot, &rig.axes);
    char *text = cell_grid_to_text(&rig.grid);
    assert_non_null(text);
    for (char *at = text; (at = strpbrk(at, "0123456789")) != NULL;) {
        const long first = strtol(at, &at, 10);
        long last = first;
        if (*at == '-') {
            last = strtol(at + 1, &at, 10);
        }
        assert_in_range(first, 1, PLOT_RULES_MAX);
        assert_in_range(last, first, PLOT_RULES_MAX);
        for (long number = first; number <= last; number++) {
            assert_false(is_read[number]);
            is_read[number] = true;
        }
    }
    for (int number = 1; number <= PLOT_RULES_MAX; number++) {
        assert_true(is_read[number]);
    }
    free(text);
    rig_close(&rig);
}

static void a_rule_out_of_view_has_no_number_and_no_line(void **state)
{
    (void)state;
    PlotRig rig;
    open(&rig);
    rig.plot.window = (PlotWindow){.low = 10.0, .high = 59.0};
    add(&rig, 5.0, 1);
    rig_measure(&rig, 0.0, 1.0);
    plot_rules_draw(&rig.plot, &rig.axes);
    plot_rules_draw_numbers(&rig.plot, &rig.axes);
    assert_int_equal(rig_count(&rig, ROLE_RULE), 0);
    rig_close(&rig);
}

static void the_line_runs_from_top_to_bottom(void **state)
{
    (void)state;
    PlotRig rig;
    open(&rig);
    add(&rig, 5.0, 1);
    rig_measure(&rig, 0.0, 1.0);
    plot_rules_draw(&rig.plot, &rig.axes);
    assert_int_equal(rig_count(&rig, ROLE_RULE), RIG_ROWS);
    assert_int_equal(cell_grid_at(&rig.grid, RIG_ROWS - 1, 5).glyph, ':');
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_stands_at_the_head_of_its_rule),
        cmocka_unit_test(rules_of_one_step_share_a_label),
        cmocka_unit_test(a_gap_in_the_numbers_is_no_range),
        cmocka_unit_test(neighbours_go_one_row_down),
        cmocka_unit_test(where_no_row_is_free_labels_are_joined),
        cmocka_unit_test(at_the_right_end_labels_stay_inside),
        cmocka_unit_test(no_number_is_lost),
        cmocka_unit_test(a_rule_out_of_view_has_no_number_and_no_line),
        cmocka_unit_test(the_line_runs_from_top_to_bottom),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
