/* What the screen may cost on the way to the terminal: bytes a frame, whole screens, nothing at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/frame_pacer.h"
#include "tui/lab_child.h"
#include "tui/screen_painter.h"
#include "tui/view_lab.h"

/* Frames of a race of 3 lanes, two steps a frame: 20 steps a second at 10 frames a second. */
enum { RACE_STEPS = 190, STEPS_A_FRAME = 2, FRAME_MARKS = 20 };

typedef struct Budget {
    int rows;
    int columns;
    double mean_bytes;
    size_t full_bytes;
} Budget;

static const Budget BUDGETS[] = {
    {24, 80, 400.0, 4096}, {40, 120, 600.0, 6144}, {60, 200, 900.0, 16384}};

typedef struct Bench {
    ExperimentSpec spec;
    LabState *state;
    ViewState view;
    ScreenPainter painter;
    CellGrid shown;
    CellGrid wanted;
} Bench;

static void bench_begin(Bench *bench, const Budget *budget)
{
    const Theme theme = theme_default();
    memset(bench, 0, sizeof *bench);
    assert_int_equal(lab_state_create(fake_spec(&bench->spec), fake_methods(), &bench->state),
                     STATUS_OK);
    view_state_init(&bench->view, "0.1", "runs/test");
    bench->view.is_utf8 = true;
    bench->view.lane = 2;
    screen_painter_init(&bench->painter, (PaintTerminal){256, true, true, true}, &theme);
    assert_int_equal(cell_grid_create(&bench->shown, budget->rows, budget->columns), STATUS_OK);
    assert_int_equal(cell_grid_create(&bench->wanted, budget->rows, budget->columns), STATUS_OK);
    const RunReport started = {.kind = RUN_REPORT_EVENT,
                               .as = {.event = {.kind = RUN_EVENT_STARTED, .lane = LANE_ALL}}};
    lab_state_take(bench->state, &started);
}

static void bench_end(Bench *bench)
{
    cell_grid_destroy(&bench->shown);
    cell_grid_destroy(&bench->wanted);
    screen_painter_clear(&bench->painter);
    lab_state_destroy(bench->state);
}

static void race_to(Bench *bench, uint32_t from, uint32_t to)
{
    for (uint32_t step = from; step <= to; step++) {
        for (uint32_t lane = 0; lane < bench->spec.lane_count; lane++) {
            RunReport report = {.kind = RUN_REPORT_SAMPLE,
                                .as = {.sample = fake_sample(lane, step, 0.5, 5000.0)}};
            report.as.sample.race_seconds = step * 0.05;
            lab_state_take(bench->state, &report);
        }
    }
}

static size_t frame_bytes(Bench *bench, bool is_full)
{
    (void)view_lab_draw(bench->state, &bench->view, &bench->wanted);
    assert_int_equal(screen_painter_paint(&bench->painter, &bench->shown, &bench->wanted, is_full),
                     STATUS_OK);
    memcpy(bench->shown.cells, bench->wanted.cells,
           (size_t)bench->shown.rows * (size_t)bench->shown.columns * sizeof(Cell));
    return bench->painter.size;
}

/* A race of RACE_STEPS, drawn so many at a time: bytes a frame, and of a whole screen at its end. */
static double mean_frame_bytes(const Budget *budget, uint32_t steps_a_frame, size_t *full)
{
    Bench bench;
    double sum = 0.0;
    const uint32_t frames = RACE_STEPS / steps_a_frame;
    bench_begin(&bench, budget);
    race_to(&bench, 0, 8);
    (void)frame_bytes(&bench, true);
    for (uint32_t frame = 0; frame < frames; frame++) {
        const uint32_t step = 9 + frame * steps_a_frame;
        race_to(&bench, step, step + steps_a_frame - 1);
        sum += (double)frame_bytes(&bench, false);
    }
    *full = frame_bytes(&bench, true);
    assert_int_equal(frame_bytes(&bench, false), 0);
    bench_end(&bench);
    return sum / frames;
}

static void frames_of_a_race_stay_within_their_budget(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof BUDGETS / sizeof *BUDGETS; i++) {
        size_t full = 0;
        const double mean = mean_frame_bytes(&BUDGETS[i], STEPS_A_FRAME, &full);
        print_message("%dx%d: %.0f bytes a frame, whole screen %zu\n", BUDGETS[i].columns,
                      BUDGETS[i].rows, mean, full);
        assert_true(mean <= BUDGETS[i].mean_bytes);
        assert_true(full <= BUDGETS[i].full_bytes);
    }
}

/* Bytes a second of a race of 20 steps a second on a terminal that answers at once; by the pacer's clock, not ours. */
static double sustained_bytes(const Budget *budget, int frames_a_second)
{
    Bench bench;
    FramePacer pacer;
    double sum = 0.0;
    bench_begin(&bench, budget);
    frame_pacer_init(&pacer, frames_a_second);
    race_to(&bench, 0, 8);
    (void)frame_bytes(&bench, true);
    for (uint32_t step = 9; step < 9 + RACE_STEPS; step++) {
        const double now = step * 0.05;
        race_to(&bench, step, step);
        if (frame_pacer_delay(&pacer, now, false) <= 0.0) {
            const size_t bytes = frame_bytes(&bench, false) + FRAME_MARKS;
            sum += (double)bytes;
            frame_pacer_drawn(&pacer, now, bytes, false);
            frame_pacer_answer(&pacer, now);
        }
    }
    bench_end(&bench);
    return sum / (RACE_STEPS * 0.05);
}

static void a_second_over_a_network_stays_within_its_budget(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof BUDGETS / sizeof *BUDGETS; i++) {
        const double network = sustained_bytes(&BUDGETS[i], 5);
        const double low = sustained_bytes(&BUDGETS[i], 2);
        print_message("%dx%d: %.0f bytes a second over a network, %.0f with --low\n",
                      BUDGETS[i].columns, BUDGETS[i].rows, network, low);
        assert_true(network <= 5 * 1024.0);
        assert_true(low <= 1.5 * 1024.0 * 1.05); /* the last frame may not have had its time */
    }
}

typedef struct ScreenPlan {
    long step_ms;
    bool is_low;
} ScreenPlan;

static int run_screen(void *context)
{
    const ScreenPlan *plan = context;
    FakeRace *race = calloc(1, sizeof *race);
    if (race == NULL || !fake_race_start(race, plan->step_ms)) {
        return 1;
    }
    LabScreen screen = lab_child_screen(race);
    screen.is_low = plan->is_low;
    LabExit how = LAB_EXIT_SAVE;
    Problem problem = {0};
    const Status status = event_loop_run(&screen, &how, &problem);
    fake_race_join(race);
    free(race);
    return status == STATUS_OK ? 0 : 1;
}

static size_t count_of(const PtyChild *child, size_t from, const char *mark)
{
    size_t count = 0;
    const char *at = child->output + from;
    for (; (at = strstr(at, mark)) != NULL; at += strlen(mark)) {
        count++;
    }
    return count;
}

/* Be a terminal that answers, until `text` is there. */
static void answer_until(PtyChild *child, const char *text)
{
    static const char QUESTION[] = "\033[5n";
    size_t answered = 0;
    while (strstr(child->output, text) == NULL) {
        assert_true(pty_read(child, 1000));
        for (const char *at; (at = strstr(child->output + answered, QUESTION)) != NULL;) {
            answered = (size_t)(at - child->output) + strlen(QUESTION);
            pty_type(child, "\033[0n");
        }
    }
}

static void a_terminal_that_answers_is_asked_with_each_frame_and_presses_no_keys(void **unused)
{
    (void)unused;
    ScreenPlan plan = {.step_ms = 3};
    PtyChild child;
    pty_start(&child, 24, 80, NULL, run_screen, &plan);
    answer_until(&child, "DONE"); /* an `n` would have paused it, an Esc or a 0 done worse */
    const size_t frames = count_of(&child, 0, "\033[?2026h");
    assert_true(frames > 3);
    assert_int_equal(count_of(&child, 0, "\033[5n"), frames);
    assert_null(strstr(child.output, "PAUSE"));
    assert_true((double)child.size / (double)frames <= 1500.0);
    pty_type(&child, "q");
    assert_int_equal(pty_finish(&child), 0);
    pty_free(&child);
}

static void a_terminal_that_never_answers_is_not_asked_again(void **unused)
{
    (void)unused;
    ScreenPlan plan = {.step_ms = 3};
    PtyChild child;
    pty_start(&child, 24, 80, NULL, run_screen, &plan);
    assert_true(pty_wait_for(&child, 0, "DONE"));
    assert_int_equal(count_of(&child, 0, "\033[5n"), 1);
    pty_type(&child, "q");
    assert_int_equal(pty_finish(&child), 0);
    pty_free(&child);
}

static void low_sends_few_frames(void **unused)
{
    (void)unused;
    ScreenPlan plan = {.step_ms = 5, .is_low = true};
    PtyChild child;
    pty_start(&child, 24, 80, NULL, run_screen, &plan);
    const long start = pty_now_ms();
    assert_true(pty_wait_for(&child, 0, "DONE"));
    /* Two a second; the first and the last one besides. */
    assert_true((long)count_of(&child, 0, "\033[?2026h") <= (pty_now_ms() - start) / 500 + 3);
    pty_type(&child, "q");
    assert_int_equal(pty_finish(&child), 0);
    pty_free(&child);
}

static void a_storm_of_sizes_gets_four_screens_a_second(void **unused)
{
    (void)unused;
    ScreenPlan plan = {.step_ms = 20};
    PtyChild child;
    pty_start(&child, 24, 80, NULL, run_screen, &plan);
    assert_true(pty_wait_for(&child, 0, "step"));
    const long start = pty_now_ms();
    for (int i = 0; i < 50; i++) {
        pty_resize(&child, 24 + i % 2, 80);
        pty_type(&child, "\f");
        (void)pty_listen(&child, 10);
    }
    assert_true((long)count_of(&child, 0, "\033[2J") <= (pty_now_ms() - start) / 250 + 3);
    pty_type(&child, "qs");
    assert_int_equal(pty_finish(&child), 0);
    pty_free(&child);
}

static void paused_and_finished_screens_cost_nothing(void **unused)
{
    (void)unused;
    ScreenPlan plan = {.step_ms = 3};
    PtyChild child;
    pty_start(&child, 24, 80, NULL, run_screen, &plan);
    assert_true(pty_wait_for(&child, 0, "RUN"));
    pty_type(&child, " ");
    assert_true(pty_wait_for(&child, 0, "PAUSE"));
    assert_true(pty_wait_for_silence(&child, 250));
    pty_type(&child, " ");
    assert_true(pty_wait_for(&child, 0, "DONE"));
    assert_true(pty_wait_for_silence(&child, 250));
    pty_type(&child, "q");
    assert_int_equal(pty_finish(&child), 0);
    pty_free(&child);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_of_a_race_stay_within_their_budget),
        cmocka_unit_test(a_second_over_a_network_stays_within_its_budget),
        cmocka_unit_test(a_terminal_that_answers_is_asked_with_each_frame_and_presses_no_keys),
        cmocka_unit_test(a_terminal_that_never_answers_is_not_asked_again),
        cmocka_unit_test(low_sends_few_frames),
        cmocka_unit_test(a_storm_of_sizes_gets_four_screens_a_second),
        cmocka_unit_test(paused_and_finished_screens_cost_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
