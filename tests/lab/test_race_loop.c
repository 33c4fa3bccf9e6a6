#include "lab/race_loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lab/tiny_lab.h"

#include "lab/race_state.h"
#include "lab/worker.h"
#include "store/run_writer.h"

/* A loop with its channels; commands are queued before it starts. */
typedef struct Fixture {
    char directory[300];
    RunWriter *writer;
    MetricRing *ring;
    CommandQueue *commands;
    RaceLoop loop;
} Fixture;

static void open_fixture(const TinyLab *lab, const char *name, Fixture *fixture)
{
    Problem problem = {0};
    memset(fixture, 0, sizeof *fixture);
    snprintf(fixture->directory, sizeof fixture->directory, "%s/%s", lab->folder, name);
    assert_int_equal(metric_ring_create(&fixture->ring), STATUS_OK);
    assert_int_equal(command_queue_create(&fixture->commands), STATUS_OK);
    if (run_writer_open(fixture->directory, &lab->spec, "test", NULL, &fixture->writer, &problem) !=
        STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    fixture->loop = (RaceLoop){.spec = &lab->spec,
                               .runner = task_runner_serial(),
                               .clock = wall_clock_monotonic(),
                               .writer = fixture->writer,
                               .ring = fixture->ring,
                               .commands = fixture->commands};
}

static void close_fixture(Fixture *fixture)
{
    Problem problem = {0};
    assert_int_equal(run_writer_close(fixture->writer, &problem), STATUS_OK);
    command_queue_destroy(fixture->commands);
    metric_ring_destroy(fixture->ring);
}

static void push(const Fixture *fixture, RunCommand command)
{
    assert_true(command_queue_push(fixture->commands, &command));
}

/* Takes all reports; the last event and the largest step seen. */
static RunEvent drain(const Fixture *fixture, uint32_t *last_step)
{
    RunReport report;
    RunEvent last = {.kind = RUN_EVENT_KIND_COUNT};
    *last_step = 0;
    while (metric_ring_pop(fixture->ring, &report)) {
        if (report.kind == RUN_REPORT_EVENT) {
            last = report.as.event;
        } else if (report.as.sample.step > *last_step) {
            *last_step = report.as.sample.step;
        }
    }
    return last;
}

static char *file_text(const Fixture *fixture, const char *file)
{
    char path[400];
    char *text = NULL;
    size_t size = 0;
    Problem problem = {0};
    snprintf(path, sizeof path, "%s/%s", fixture->directory, file);
    assert_int_equal(json_read_text(path, 1 << 24, &text, &size, &problem), STATUS_OK);
    return text;
}

static void races_to_the_end_and_leaves_the_whole_record(void **state)
{
    Fixture fixture;
    Problem problem = {0};
    uint32_t last_step = 0;
    open_fixture(*state, "whole", &fixture);
    assert_int_equal(race_loop_run(&fixture.loop, &problem), STATUS_OK);
    assert_int_equal(drain(&fixture, &last_step).kind, RUN_EVENT_FINISHED);
    assert_int_equal(last_step, 8);
    char *metrics = file_text(&fixture, "metrics.jsonl");
    char *events = file_text(&fixture, "events.jsonl");
    assert_non_null(strstr(metrics, "\"lane\":\"TRAM\""));
    assert_non_null(strstr(metrics, "\"final_perplexity/gamma\""));
    assert_non_null(strstr(events, "\"finished\""));
    free(metrics);
    free(events);
    close_fixture(&fixture);
}

static void a_stop_finishes_saves_and_says_stopped(void **state)
{
    Fixture fixture;
    Problem problem = {0};
    uint32_t last_step = 0;
    char path[400];
    open_fixture(*state, "stopped", &fixture);
    push(&fixture, (RunCommand){.kind = RUN_COMMAND_STOP});
    assert_int_equal(race_loop_run(&fixture.loop, &problem), STATUS_OK);
    assert_int_equal(drain(&fixture, &last_step).kind, RUN_EVENT_STOPPED);
    assert_int_equal(last_step, 0);
    snprintf(path, sizeof path, "%s/model/AdamW/model.safetensors", fixture.directory);
    assert_int_equal(access(path, R_OK), 0);
    close_fixture(&fixture);
}

/* Pushes a stop once the loop sleeps in its pause; the screen's part is played by a second thread. */
typedef struct Player {
    const Fixture *fixture;
    uint32_t paused_at_step;
    long saved_step;
} Player;

static void stop_when_paused(void *argument)
{
    Player *player = argument;
    RunReport report;
    for (int tries = 0; tries < 10000; tries++) {
        while (metric_ring_pop(player->fixture->ring, &report)) {
            if (report.kind == RUN_REPORT_EVENT && report.as.event.kind == RUN_EVENT_PAUSED) {
                player->paused_at_step = report.as.event.step;
                push(player->fixture, (RunCommand){.kind = RUN_COMMAND_STOP});
                return;
            }
        }
        usleep(1000);
    }
    push(player->fixture, (RunCommand){.kind = RUN_COMMAND_STOP});
}

/* What the saved state says while the race sleeps; then it goes on to its end. */
static void look_when_paused(void *argument)
{
    Player *player = argument;
    RunReport report;
    char *text = NULL;
    size_t size = 0;
    char path[400];
    snprintf(path, sizeof path, "%s/resume/state.json", player->fixture->directory);
    for (int tries = 0; tries < 10000; tries++) {
        while (metric_ring_pop(player->fixture->ring, &report)) {
            if (report.kind == RUN_REPORT_EVENT && report.as.event.kind == RUN_EVENT_PAUSED) {
                player->paused_at_step = report.as.event.step;
                if (json_read_text(path, 1 << 24, &text, &size, NULL) == STATUS_OK) {
                    const char *step = strstr(text, ",\"step\":");
                    player->saved_step = step == NULL ? 0 : atol(step + strlen(",\"step\":"));
                }
                free(text);
                push(player->fixture, (RunCommand){.kind = RUN_COMMAND_RESUME});
                return;
            }
        }
        usleep(1000);
    }
    push(player->fixture, (RunCommand){.kind = RUN_COMMAND_STOP});
}

static void n_steps_are_run_and_then_it_sleeps(void **state)
{
    Fixture fixture;
    Problem problem = {0};
    Player player = {.fixture = &fixture, .paused_at_step = UINT32_MAX};
    BackgroundThread *thread = NULL;
    open_fixture(*state, "steps", &fixture);
    push(&fixture, (RunCommand){.kind = RUN_COMMAND_STEP, .count = 3});
    assert_int_equal(background_thread_start(stop_when_paused, &player, &thread), STATUS_OK);
    assert_int_equal(race_loop_run(&fixture.loop, &problem), STATUS_OK);
    background_thread_join(thread);
    assert_int_equal(player.paused_at_step, 3);
    close_fixture(&fixture);
}

static void a_race_started_paused_waits_at_step_zero(void **state)
{
    Fixture fixture;
    Problem problem = {0};
    Player player = {.fixture = &fixture, .paused_at_step = UINT32_MAX};
    BackgroundThread *thread = NULL;
    open_fixture(*state, "paused", &fixture);
    fixture.loop.is_started_paused = true;
    assert_int_equal(background_thread_start(stop_when_paused, &player, &thread), STATUS_OK);
    assert_int_equal(race_loop_run(&fixture.loop, &problem), STATUS_OK);
    background_thread_join(thread);
    assert_int_equal(player.paused_at_step, 0);
    close_fixture(&fixture);
}

static void a_failure_to_load_is_told_to_the_screen_too(void **state)
{
    TinyLab *lab = *state;
    Fixture fixture;
    Problem problem = {0};
    uint32_t last_step = 0;
    ExperimentSpec spec = lab->spec;
    open_fixture(lab, "broken", &fixture);
    strcpy(spec.data, "/nowhere/data");
    fixture.loop.spec = &spec;
    assert_int_equal(race_loop_run(&fixture.loop, &problem), STATUS_FILE_UNREADABLE);
    const RunEvent last = drain(&fixture, &last_step);
    assert_int_equal(last.kind, RUN_EVENT_FAILED);
    assert_non_null(strstr(last.text, "/nowhere/data"));
    close_fixture(&fixture);
}

static void more_steps_can_be_asked_for_while_it_runs(void **state)
{
    Fixture fixture;
    Problem problem = {0};
    uint32_t last_step = 0;
    open_fixture(*state, "longer", &fixture);
    push(&fixture, (RunCommand){.kind = RUN_COMMAND_SET_MAX_STEPS, .count = 11});
    assert_int_equal(race_loop_run(&fixture.loop, &problem), STATUS_OK);
    drain(&fixture, &last_step);
    assert_int_equal(last_step, 11);
    close_fixture(&fixture);
}

static int count_of(const char *text, const char *wanted)
{
    int count = 0;
    for (size_t i = 0; text[i] != '\0'; i++) {
        count += strncmp(text + i, wanted, strlen(wanted)) == 0;
    }
    return count;
}

/* Steps 2, 4 and 6 want a save, and there is a file where its folder should be. */
static void a_save_on_the_way_that_fails_is_told_once_and_the_race_goes_on(void **state)
{
    TinyLab lab = *(const TinyLab *)*state;
    Fixture fixture;
    Problem problem = {0};
    uint32_t last_step = 0;
    char path[400];
    lab.spec.save_steps = 2;
    open_fixture(&lab, "unsaved", &fixture);
    snprintf(path, sizeof path, "%s/resume", fixture.directory);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(race_loop_run(&fixture.loop, &problem), STATUS_OK);
    assert_int_equal(drain(&fixture, &last_step).kind, RUN_EVENT_FINISHED);
    assert_int_equal(last_step, 8);
    char *events = file_text(&fixture, "events.jsonl");
    assert_int_equal(count_of(events, "\"event\":\"not_saved\",\"text\":\""), 1);
    assert_int_equal(count_of(events, "/resume"), 1);
    free(events);
    close_fixture(&fixture);
}

static double stopped_clock(void *context)
{
    return *(const double *)context;
}

/* A clock that stands still: every save is affordable. */
static void the_race_is_saved_on_the_way_and_the_save_goes_with_its_end(void **state)
{
    TinyLab lab = *(const TinyLab *)*state;
    Fixture fixture;
    Problem problem = {0};
    RunRecordBytes bytes = {0};
    ExperimentSpec spec;
    double now = 1.0;
    lab.spec.save_steps = 3;
    open_fixture(&lab, "saved", &fixture);
    fixture.loop.clock = (WallClock){.seconds = stopped_clock, .context = &now};
    push(&fixture, (RunCommand){.kind = RUN_COMMAND_STEP, .count = 7});
    Player player = {.fixture = &fixture, .paused_at_step = UINT32_MAX};
    BackgroundThread *thread = NULL;
    assert_int_equal(background_thread_start(look_when_paused, &player, &thread), STATUS_OK);
    assert_int_equal(race_loop_run(&fixture.loop, &problem), STATUS_OK);
    background_thread_join(thread);
    assert_int_equal(player.paused_at_step, 7);
    assert_int_equal(player.saved_step, 6);
    assert_int_equal(race_state_read_spec(fixture.directory, &spec, &bytes, &problem),
                     STATUS_FILE_UNREADABLE);
    close_fixture(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(races_to_the_end_and_leaves_the_whole_record),
        cmocka_unit_test(a_stop_finishes_saves_and_says_stopped),
        cmocka_unit_test(n_steps_are_run_and_then_it_sleeps),
        cmocka_unit_test(a_race_started_paused_waits_at_step_zero),
        cmocka_unit_test(a_failure_to_load_is_told_to_the_screen_too),
        cmocka_unit_test(more_steps_can_be_asked_for_while_it_runs),
        cmocka_unit_test(a_save_on_the_way_that_fails_is_told_once_and_the_race_goes_on),
        cmocka_unit_test(the_race_is_saved_on_the_way_and_the_save_goes_with_its_end),
    };
    return cmocka_run_group_tests(tests, open_lab, close_lab);
}
