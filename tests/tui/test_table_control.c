#include "tui/table_control.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/control_bench.h"
#include "tui/lane_order.h"
#include "tui/lane_order.h"

static void press(ControlBench *bench, UiKey key)
{
    (void)lab_control_key(&bench->control, key);
}

static bool says(const ControlBench *bench, const char *words)
{
    return strstr(bench->fixed.view.message, words) != NULL;
}

static void O_walks_through_the_orders(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    const char *const words[] = {"by loss", "by best", "by zero_shot_perplexity", "by name",
                                 "order of the race"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        press(&bench, 'O');
        assert_true(says(&bench, words[i]));
    }
    (void)lab_control_line(&bench.control, "sort grad_norm");
    assert_int_equal(bench.fixed.view.sort_metric, METRIC_GRAD_NORM);
    assert_true(says(&bench, "by grad_norm"));
    (void)lab_control_line(&bench.control, "sort nonsense");
    assert_true(says(&bench, "usage: sort race"));
    (void)lab_control_line(&bench.control, "sort race");
    assert_int_equal(bench.fixed.view.sort, LANE_SORT_NONE);
    bench_sent_nothing(&bench);
    bench_close(&bench);
}

static void p_pins_the_lane_in_focus(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    bench.fixed.view.lane = 1;
    press(&bench, 'p');
    assert_true(bench.fixed.view.is_pinned[1] && says(&bench, "SAM pinned"));
    (void)lab_control_line(&bench.control, "pin TRAM");
    assert_true(bench.fixed.view.is_pinned[2]);
    press(&bench, 'p');
    assert_false(bench.fixed.view.is_pinned[1]);
    bench.fixed.view.lane = VIEW_ALL_LANES;
    press(&bench, 'p');
    assert_true(says(&bench, "focus a lane first"));
    bench_close(&bench);
}

static void a_filter_is_typed_behind_a_slash(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    assert_int_equal(lab_control_key(&bench.control, '/'), UI_REQUEST_PROMPT);
    assert_string_equal(bench.control.prefill, "filter ");
    (void)lab_control_line(&bench.control, "filter rho>0.01");
    assert_true(says(&bench, "2 of 3 lanes pass"));
    assert_int_equal(lab_control_key(&bench.control, '/'), UI_REQUEST_PROMPT);
    assert_string_equal(bench.control.prefill, "filter rho>0.01");
    bench.fixed.view.lane = 1;
    press(&bench, 'h'); /* past the hidden one: all lanes */
    assert_int_equal(bench.fixed.view.lane, VIEW_ALL_LANES);
    (void)lab_control_line(&bench.control, "filter rho>");
    assert_true(says(&bench, "neither a number") && bench.fixed.view.filter.count == 1);
    (void)lab_control_line(&bench.control, "filter xyz");
    assert_int_equal(bench.fixed.view.message_role, ROLE_WARNING);
    (void)lab_control_line(&bench.control, "filter");
    assert_true(says(&bench, "all 3 lanes") && bench.fixed.view.filter.count == 0);
    bench_close(&bench);
}

static void H_hides_the_lane_in_focus_and_shows_it_again(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    const LabState *state = bench.fixed.state;
    const ViewState *view = &bench.fixed.view;
    bench.fixed.view.lane = 1;
    press(&bench, 'H');
    assert_true(view->is_hidden[1] && says(&bench, "SAM is hidden in all charts"));
    assert_true(lane_order_shows(state, view, 1) && !lane_order_draws(state, view, 1));
    assert_int_equal(lane_order_count_undrawn(state, view), 1);
    press(&bench, 'H');
    assert_true(!view->is_hidden[1] && says(&bench, "SAM is shown"));
    (void)lab_control_line(&bench.control, "hide TRAM");
    (void)lab_control_line(&bench.control, "filter -adam");
    assert_int_equal(lane_order_count_undrawn(state, view), 2);
    bench.fixed.view.lane = VIEW_ALL_LANES; /* nobody in focus: all come back */
    press(&bench, 'H');
    assert_true(!view->is_hidden[2] && says(&bench, "no lane is hidden"));
    bench_sent_nothing(&bench);
    bench_close(&bench);
}

static void d_on_the_table_shows_differences_there_and_leaves_charts_alone(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    press(&bench, '5');
    press(&bench, 'd');
    assert_true(bench.fixed.view.has_deltas && says(&bench, "minus those of AdamW"));
    assert_int_equal(bench.fixed.view.chart_metrics[0], METRIC_LOSS);
    press(&bench, 'd');
    assert_false(bench.fixed.view.has_deltas);
    press(&bench, '5');
    press(&bench, 'd'); /* elsewhere: the focused chart */
    assert_false(bench.fixed.view.has_deltas);
    assert_true(bench.fixed.view.chart_metrics[0] >= METRIC_ID_MAX);
    bench_close(&bench);
}

static void a_lane_that_cannot_be_removed_can_be_pinned_and_compared_with(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    for (uint32_t lane = 1; lane < 3; lane++) {
        give_event(bench.fixed.state, (RunEvent){.kind = RUN_EVENT_LANE_REMOVED, .lane = lane});
    }
    (void)lab_control_line(&bench.control, "remove AdamW");
    assert_true(bench.fixed.view.message_role == ROLE_ERROR); /* the last one */
    (void)lab_control_line(&bench.control, "baseline AdamW");
    assert_true(says(&bench, "baseline: AdamW"));
    (void)lab_control_line(&bench.control, "pin AdamW");
    assert_true(bench.fixed.view.is_pinned[0]);
    bench_close(&bench);
}

static void key_9_opens_the_configurations(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    press(&bench, '9');
    assert_int_equal(bench.fixed.view.page, VIEW_PAGE_CONFIG);
    press(&bench, 'j');
    press(&bench, UI_KEY_PAGE_DOWN);
    assert_int_equal(bench.fixed.view.config_scroll, 11);
    press(&bench, 'k');
    assert_int_equal(bench.fixed.view.config_scroll, 10);
    press(&bench, '9');
    assert_int_equal(bench.fixed.view.page, VIEW_PAGE_LAB);
    (void)lab_control_line(&bench.control, "config");
    assert_int_equal(bench.fixed.view.page, VIEW_PAGE_CONFIG);
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(O_walks_through_the_orders),
        cmocka_unit_test(p_pins_the_lane_in_focus),
        cmocka_unit_test(a_filter_is_typed_behind_a_slash),
        cmocka_unit_test(H_hides_the_lane_in_focus_and_shows_it_again),
        cmocka_unit_test(d_on_the_table_shows_differences_there_and_leaves_charts_alone),
        cmocka_unit_test(a_lane_that_cannot_be_removed_can_be_pinned_and_compared_with),
        cmocka_unit_test(key_9_opens_the_configurations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
