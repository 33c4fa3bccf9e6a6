#include "tui/view_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "tui/control_bench.h"
#include "tui/reference_runs.h"

static void path_of(char out[64])
{
    (void)snprintf(out, 64, "/tmp/tramlab-view-%d/x/view.json", (int)getpid());
}

static void remove_file(const char *path)
{
    char folder[64];
    (void)unlink(path);
    (void)snprintf(folder, sizeof folder, "/tmp/tramlab-view-%d/x", (int)getpid());
    (void)rmdir(folder);
    *strrchr(folder, '/') = '\0';
    (void)rmdir(folder);
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void type(ControlBench *bench, const char *line)
{
    (void)lab_control_line(&bench->control, line);
}

static void choose(ControlBench *bench)
{
    give_event(bench->fixed.state, (RunEvent){.kind = RUN_EVENT_STARTED, .value = 16.0});
    type(bench, "axis epoch");
    type(bench, "smooth 0.5");
    type(bench, "grid 3x4");
    type(bench, "sort grad_norm");
    type(bench, "filter -adam");
    type(bench, "pin TRAM");
    type(bench, "hide SAM");
    type(bench, "baseline SAM");
    bench->fixed.view.is_x_log = true;
    bench->fixed.view.range = PLOT_RANGE_BULK;
    bench->fixed.view.has_deltas = true;
    bench->fixed.view.chart = 1;
    type(bench, "plot loss(TRAM) - loss(SAM)");
    bench->fixed.view.chart = 2;
    type(bench, "diff loss");
    type(bench, "log");
    type(bench, "log");
    bench->fixed.view.chart = 3;
    type(bench, "chart grad_norm");
    type(bench, "log");
    bench->fixed.view.chart = 4;
    type(bench, "plot loss(TRAM) / 2");
}

static void what_was_chosen_is_there_again(void **unused)
{
    (void)unused;
    ControlBench bench;
    FixedState next;
    char path[64];
    Problem problem = {0};
    path_of(path);
    bench_open(&bench);
    choose(&bench);
    assert_int_equal(view_memory_save(path, bench.fixed.state, &bench.fixed.view, &problem),
                     STATUS_OK);
    fixed_state_create(&next);
    assert_int_equal(view_memory_load(path, next.state, &next.view, &problem), STATUS_OK);
    const ViewState *view = &next.view;
    assert_int_equal(view_state_axis(view), VIEW_AXIS_EPOCH);
    assert_true(view->is_x_log && view->range == PLOT_RANGE_BULK && view->smoothing == 0.5);
    assert_true(view->grid_rows == 3 && view->grid_columns == 4);
    assert_true(view->sort == LANE_SORT_METRIC && view->sort_metric == METRIC_GRAD_NORM);
    assert_string_equal(view->filter.text, "-adam");
    assert_int_equal(view->filter.count, 1);
    assert_true(view->is_pinned[2] && !view->is_pinned[1]);
    assert_true(view->is_hidden[1] && !view->is_hidden[2]);
    assert_true(view->baseline == 1 && view->has_deltas);
    assert_int_equal(view->chart_metrics[0], METRIC_LOSS);
    assert_int_equal(view->derived[1].spec.kind, DERIVED_DIFFERENCE);
    assert_true(view->derived[1].spec.is_pair && view->derived[1].spec.lane == 2);
    assert_true(view->derived[1].spec.baseline == 1);
    assert_int_equal(view->derived[1].spec.metric, METRIC_LOSS);
    assert_false(view->derived[2].spec.is_pair);
    assert_string_equal(view->derived[4].spec.expression.text, "loss(TRAM) / 2");
    assert_int_equal(view->derived[2].spec.kind, DERIVED_DIFFERENCE);
    assert_int_equal(view->derived[2].spec.metric, METRIC_LOSS);
    assert_int_equal(view->y_scales[view->chart_metrics[2]], AXIS_SCALE_SYMLOG);
    assert_int_equal(view->chart_metrics[3], METRIC_GRAD_NORM);
    assert_int_equal(view->y_scales[METRIC_GRAD_NORM], AXIS_SCALE_LOG);
    fixed_state_destroy(&next);
    bench_close(&bench);
    remove_file(path);
}

static const char RECORDED[] = "sample-runs/recorded/cross-domain/trio-seed-1";

/* Under an absolute name: the next time we may stand elsewhere. */
static void runs_that_were_open_beside_a_race_are_opened_again(void **unused)
{
    (void)unused;
    ControlBench bench;
    FixedState next;
    char path[64];
    char line[128];
    Problem problem = {0};
    path_of(path);
    bench_open(&bench);
    (void)snprintf(line, sizeof line, "open %s", RECORDED);
    type(&bench, line);
    type(&bench, line); /* twice the same is remembered once */
    assert_int_equal(view_memory_save(path, bench.fixed.state, &bench.fixed.view, &problem),
                     STATUS_OK);
    fixed_state_create(&next);
    view_memory_open_references(path, next.state, &problem);
    assert_string_equal(problem.text, "");
    assert_non_null(next.state->references);
    assert_int_equal(next.state->references->count, 2); /* the run and the table beside it */
    assert_int_equal(next.state->references->word_count, 1);
    assert_true(next.state->references->words[0][0] == '/');
    assert_non_null(strstr(next.state->references->words[0], RECORDED));
    fixed_state_destroy(&next);
    type(&bench, "close");
    assert_int_equal(view_memory_save(path, bench.fixed.state, &bench.fixed.view, &problem),
                     STATUS_OK);
    fixed_state_create(&next);
    view_memory_open_references(path, next.state, &problem);
    assert_null(next.state->references);
    fixed_state_destroy(&next);
    bench_close(&bench);
    remove_file(path);
}

static void a_run_that_is_gone_is_one_line_and_forgotten(void **unused)
{
    (void)unused;
    ControlBench bench;
    char path[64];
    char text[512];
    char note[RUN_EVENT_TEXT_BYTES + 64];
    Problem problem = {0};
    path_of(path);
    bench_open(&bench);
    LabState *state = bench.fixed.state;
    assert_int_equal(view_memory_save(path, state, &bench.fixed.view, &problem), STATUS_OK);
    (void)snprintf(text, sizeof text, "{\"references\": [\"/nowhere/run\", 7, \"%s\"]}", RECORDED);
    write_text(path, text);
    const size_t events = state->event_count;
    view_memory_open_references(path, state, &problem);
    assert_non_null(strstr(problem.text, "was open beside last time, and is forgotten: /nowhere"));
    assert_int_equal(state->event_count, events + 2); /* that one is gone, and what is there */
    lab_state_event_text(state, events, note, sizeof note);
    assert_non_null(strstr(note, "/nowhere/run"));
    assert_int_equal(state->references->word_count, 1);
    bench_close(&bench);
    remove_file(path);
}

/* A record may be the very run that stood beside the race. */
static void beside_a_record_they_are_kept_and_not_opened(void **unused)
{
    (void)unused;
    ControlBench bench;
    char path[64];
    char text[512];
    Problem problem = {0};
    path_of(path);
    bench_open(&bench);
    LabState *state = bench.fixed.state;
    state->is_recorded = true;
    assert_int_equal(view_memory_save(path, state, &bench.fixed.view, &problem), STATUS_OK);
    write_text(path, "{\"references\": [\"/nowhere/run\"]}");
    view_memory_open_references(path, state, &problem);
    assert_string_equal(problem.text, "");
    assert_int_equal(state->references->count, 0);
    assert_int_equal(view_memory_save(path, state, &bench.fixed.view, &problem), STATUS_OK);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    bool is_kept = false;
    while (fgets(text, sizeof text, file) != NULL) {
        is_kept = is_kept || strstr(text, "\"/nowhere/run\"") != NULL;
    }
    (void)fclose(file);
    assert_true(is_kept);
    bench_close(&bench);
    remove_file(path);
}

/* All its points would stand at 0 s. */
static void a_record_without_times_is_not_opened_in_seconds(void **unused)
{
    (void)unused;
    FixedState fixed;
    char path[64];
    Problem problem = {0};
    path_of(path);
    for (int is_told = 0; is_told <= 1; is_told++) {
        ControlBench bench;
        bench_open(&bench);
        type(&bench, "axis seconds");
        assert_int_equal(view_memory_save(path, bench.fixed.state, &bench.fixed.view, &problem),
                         STATUS_OK);
        bench_close(&bench);
        fixed_state_create(&fixed);
        fixed.state->is_recorded = true;
        fixed.state->lanes[1].seconds = is_told ? 2.5 : 0.0;
        assert_int_equal(view_memory_load(path, fixed.state, &fixed.view, &problem), STATUS_OK);
        assert_int_equal(view_state_axis(&fixed.view),
                         is_told ? VIEW_AXIS_SECONDS : VIEW_AXIS_STEP);
        fixed_state_destroy(&fixed);
    }
    remove_file(path);
}

/* Its steps would be called epochs. */
static void a_record_without_epochs_is_not_opened_in_epochs(void **unused)
{
    (void)unused;
    FixedState fixed;
    char path[64];
    Problem problem = {0};
    path_of(path);
    for (int is_told = 0; is_told <= 1; is_told++) {
        ControlBench bench;
        bench_open(&bench);
        choose(&bench);
        assert_int_equal(view_memory_save(path, bench.fixed.state, &bench.fixed.view, &problem),
                         STATUS_OK);
        fixed_state_create(&fixed);
        fixed.state->is_recorded = true;
        fixed.state->steps_per_epoch = is_told ? 16.0 : 0.0;
        assert_int_equal(view_memory_load(path, fixed.state, &fixed.view, &problem), STATUS_OK);
        assert_int_equal(view_state_axis(&fixed.view), is_told ? VIEW_AXIS_EPOCH : VIEW_AXIS_STEP);
        fixed_state_destroy(&fixed);
        bench_close(&bench);
    }
    remove_file(path);
}

static void expect_as_made(const FixedState *fixed)
{
    const ViewState *view = &fixed->view;
    assert_true(view->axis == SERIES_AXIS_STEP && view->smoothing == 0.9 && view->grid_rows == 2);
    assert_true(view->sort == LANE_SORT_NONE && view->filter.count == 0 &&
                view->baseline == VIEW_ALL_LANES);
    assert_true(view->range == PLOT_RANGE_LINES && view->derived == NULL);
    for (size_t chart = 0; chart < VIEW_CHARTS_MAX; chart++) {
        assert_int_equal(view->chart_metrics[chart], chart_first_metric(fixed->state->spec, chart));
    }
}

static void what_makes_no_sense_is_left_as_it_is(void **unused)
{
    (void)unused;
    static const char *const TEXTS[] = {
        "{}",
        "[]",
        "{\"x\": \"weeks\", \"smoothing\": 7, \"grid_rows\": 4, \"grid_columns\": 4, \"range\": 3,"
        " \"sort\": \"nonsense\", \"filter\": \"rho>\", \"baseline\": \"gone\","
        " \"pinned\": [\"gone\", 3], \"charts\": [{\"metric\": \"nonsense\"}, {\"plot\": "
        "\"loss(\"},"
        " {\"difference\": \"nonsense\"}, 7, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}]}",
        "{\"charts\": 3, \"pinned\": \"TRAM\", \"filter\": 1}",
    };
    char path[64];
    path_of(path);
    FixedState fixed;
    Problem problem = {0};
    fixed_state_create(&fixed);
    assert_int_equal(view_memory_save(path, fixed.state, &fixed.view, &problem), STATUS_OK);
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
        write_text(path, TEXTS[i]);
        assert_int_equal(view_memory_load(path, fixed.state, &fixed.view, &problem), STATUS_OK);
        expect_as_made(&fixed);
    }
    fixed_state_destroy(&fixed);
    remove_file(path);
}

static void no_file_is_nothing_and_a_broken_one_is_named(void **unused)
{
    (void)unused;
    char path[64];
    path_of(path);
    FixedState fixed;
    Problem problem = {0};
    fixed_state_create(&fixed);
    assert_int_equal(view_memory_load(path, fixed.state, &fixed.view, &problem), STATUS_OK);
    assert_int_equal(view_memory_save(path, fixed.state, &fixed.view, &problem), STATUS_OK);
    write_text(path, "{\"x\": ");
    assert_int_equal(view_memory_load(path, fixed.state, &fixed.view, &problem), STATUS_BAD_FORMAT);
    assert_non_null(strstr(problem.text, "view.json"));
    expect_as_made(&fixed);
    assert_int_equal(
        view_memory_save("/proc/nowhere/view.json", fixed.state, &fixed.view, &problem),
        STATUS_FILE_UNWRITABLE);
    fixed_state_destroy(&fixed);
    remove_file(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_chosen_is_there_again),
        cmocka_unit_test(a_record_without_epochs_is_not_opened_in_epochs),
        cmocka_unit_test(runs_that_were_open_beside_a_race_are_opened_again),
        cmocka_unit_test(a_run_that_is_gone_is_one_line_and_forgotten),
        cmocka_unit_test(beside_a_record_they_are_kept_and_not_opened),
        cmocka_unit_test(a_record_without_times_is_not_opened_in_seconds),
        cmocka_unit_test(what_makes_no_sense_is_left_as_it_is),
        cmocka_unit_test(no_file_is_nothing_and_a_broken_one_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
