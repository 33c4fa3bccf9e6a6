#include "tui/recorded_run.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/run_writer.h"
#include "tui/fake_race.h"

enum { PATH_BYTES = 160 };

typedef struct Place {
    char folder[64];
    char runs[3][PATH_BYTES];
    RecordedRun run;
    Problem problem;
} Place;

static int make_place(void **state)
{
    Place *place = calloc(1, sizeof *place);
    if (place == NULL) {
        return -1;
    }
    char folder[] = "/tmp/tramlab-test-XXXXXX";
    *state = place;
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    memcpy(place->folder, folder, sizeof folder);
    for (int i = 0; i < 3; i++) {
        snprintf(place->runs[i], PATH_BYTES, "%s/run-%d", folder, i + 1);
    }
    return 0;
}

static int remove_visited(const char *path, const struct stat *about, int kind, struct FTW *where)
{
    (void)about;
    (void)kind;
    (void)where;
    return remove(path);
}

static int remove_place(void **state)
{
    Place *place = *state;
    recorded_run_clear(&place->run);
    const int result = nftw(place->folder, remove_visited, 16, FTW_DEPTH | FTW_PHYS);
    free(place);
    return result;
}

static ExperimentSpec spec_of(double seed)
{
    static const char EXPERIMENT[] =
        "{ \"name\": \"small\", \"model\": \"m\", \"data\": \"d\", \"train_domains\": [\"a\"],"
        "  \"zero_shot_domains\": [\"b\"], \"max_steps\": 10,"
        "  \"lanes\": [ { \"name\": \"AdamW\", \"method\": \"adamw\" },"
        "               { \"name\": \"SAM\", \"method\": \"sam\" },"
        "               { \"name\": \"TRAM\", \"method\": \"tram-prev\" } ] }";
    ExperimentSpec spec;
    assert_int_equal(
        experiment_spec_parse(EXPERIMENT, strlen(EXPERIMENT), "x.json", "", &spec, NULL),
        STATUS_OK);
    spec.seed = seed;
    return spec;
}

/* Ten steps of three lanes; with an end, or broken off. */
static void write_run(const Place *place, size_t index, const ExperimentSpec *spec, bool has_end)
{
    RunWriter *writer = NULL;
    Problem problem = {0};
    if (run_writer_open(place->runs[index], spec, "0.1", NULL, &writer, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    for (uint32_t step = 1; step <= 10; step++) {
        for (uint32_t lane = 0; lane < 3; lane++) {
            const MetricSample sample = fake_sample(lane, step, 0.5, 5000.0);
            assert_int_equal(run_writer_sample(writer, &sample, NULL), STATUS_OK);
        }
    }
    const RunEvent end = {.kind = RUN_EVENT_FINISHED, .step = 10, .lane = LANE_ALL};
    if (has_end) {
        assert_int_equal(run_writer_event(writer, &end, NULL), STATUS_OK);
    }
    assert_int_equal(run_writer_close(writer, NULL), STATUS_OK);
}

static Status read_runs(Place *place, size_t count)
{
    const char *const directories[] = {place->runs[0], place->runs[1], place->runs[2]};
    return recorded_run_read(directories, count, fake_methods(), &place->run, &place->problem);
}

static void append_text(const Place *place, size_t index, const char *name, const char *text)
{
    char path[PATH_BYTES + 32];
    snprintf(path, sizeof path, "%s/%s", place->runs[index], name);
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* The newest note, as the list of events shows it first. */
static void expect_newest(const Place *place, const char *wanted)
{
    char text[RUN_EVENT_TEXT_BYTES + 128];
    const LabState *state = place->run.state;
    lab_state_event_text(state, state->event_count - 1, text, sizeof text);
    if (strstr(text, wanted) == NULL) {
        fail_msg("\"%s\" is not in: %s", wanted, text);
    }
}

static void a_run_is_the_state_it_ended_in(void **state)
{
    Place *place = *state;
    const ExperimentSpec spec = spec_of(4.0);
    write_run(place, 0, &spec, true);
    assert_int_equal(read_runs(place, 1), STATUS_OK);
    const LabState *run = place->run.state;
    assert_int_equal(run->phase, LAB_FINISHED);
    assert_true(run->is_recorded && run->seed_count == 0);
    assert_true(run->spec->seed == 4.0);
    assert_int_equal(run->step, 10);
    assert_int_equal(run->lanes[2].history[METRIC_LOSS].count, 10);
    expect_newest(place, "finished");
}

static void a_run_that_was_killed_says_so(void **state)
{
    Place *place = *state;
    const ExperimentSpec spec = spec_of(1.0);
    write_run(place, 0, &spec, false);
    append_text(place, 0, "metrics.jsonl", "{\"step\":11,\"lane\":\"Ada");
    assert_int_equal(read_runs(place, 1), STATUS_OK);
    assert_int_equal(place->run.state->phase, LAB_BROKEN_OFF);
    assert_int_equal(place->run.state->step, 10);
    expect_newest(place, "the record does not say how the race ended, and ends within a line");
}

static void a_damaged_line_is_named(void **state)
{
    Place *place = *state;
    const ExperimentSpec spec = spec_of(1.0);
    write_run(place, 0, &spec, true);
    append_text(place, 0, "events.jsonl", "{\"step\":1,\"seconds\":1,\"event\":\"exploded\"}\n");
    assert_int_equal(read_runs(place, 1), STATUS_OK);
    expect_newest(place, "events.jsonl:2 passed over: an event that this program does not know");
}

static void seeds_become_one_state(void **state)
{
    Place *place = *state;
    for (size_t i = 0; i < 3; i++) {
        const ExperimentSpec spec = spec_of((double)i + 1.0);
        write_run(place, i, &spec, i != 1);
    }
    assert_int_equal(read_runs(place, 3), STATUS_OK);
    const LabState *mean = place->run.state;
    assert_int_equal(mean->seed_count, 3);
    assert_int_equal(mean->phase, LAB_BROKEN_OFF);
    assert_int_equal(mean->lanes[0].history[METRIC_LOSS].count, 10);
    expect_newest(place, "seed 1: DONE, step 10, ");
}

static void expect_refusal(Place *place, size_t count, Status status, const char *words)
{
    assert_int_equal(read_runs(place, count), status);
    if (strstr(place->problem.text, words) == NULL) {
        fail_msg("\"%s\" is not in: %s", words, place->problem.text);
    }
    assert_null(place->run.state);
    assert_int_equal(place->run.seed_count, 0);
}

static void runs_that_are_no_seeds_of_one_experiment_are_refused(void **state)
{
    Place *place = *state;
    ExperimentSpec spec = spec_of(1.0);
    write_run(place, 0, &spec, true);
    write_run(place, 1, &spec, true);
    spec.seed = 2.0;
    spec.lanes[1].knobs[KNOB_RHO] = 0.25;
    spec.lanes[1].knob_is_set[KNOB_RHO] = true;
    write_run(place, 2, &spec, true);
    expect_refusal(place, 2, STATUS_BAD_VALUE, "are both of seed 1: a seed counts once");
    memcpy(place->runs[1], place->runs[2], PATH_BYTES);
    expect_refusal(place, 2, STATUS_BAD_VALUE,
                   "not seeds of one experiment: lanes.SAM.rho is nothing in ");
}

static void a_record_of_nothing_is_refused(void **state)
{
    Place *place = *state;
    RunWriter *writer = NULL;
    const ExperimentSpec spec = spec_of(1.0);
    expect_refusal(place, 1, STATUS_FILE_UNREADABLE, "run.json");
    assert_int_equal(run_writer_open(place->runs[0], &spec, "0.1", NULL, &writer, NULL), STATUS_OK);
    assert_int_equal(run_writer_close(writer, NULL), STATUS_OK);
    expect_refusal(place, 1, STATUS_BAD_VALUE, "/metrics.jsonl has no sample: nothing to show");
    append_text(place, 0, "metrics.jsonl", "nonsense\n");
    expect_refusal(place, 1, STATUS_BAD_VALUE, "/metrics.jsonl, line 1: ");
}

static void what_is_recorded_with_the_program_can_be_opened(void **state)
{
    Place *place = *state;
    static const char *const SEEDS[] = {"sample-runs/recorded/cross-domain/trio-seed-1",
                                        "sample-runs/recorded/cross-domain/trio-seed-2",
                                        "sample-runs/recorded/cross-domain/trio-seed-3",
                                        "sample-runs/recorded/cross-domain/trio-seed-4",
                                        "sample-runs/recorded/cross-domain/trio-seed-5"};
    if (recorded_run_read(SEEDS, 5, fake_methods(), &place->run, &place->problem) != STATUS_OK) {
        fail_msg("%s", place->problem.text);
    }
    assert_int_equal(place->run.state->seed_count, 5);
    assert_int_equal(place->run.state->phase, LAB_FINISHED);
    assert_int_equal(place->run.state->event_count, 5); /* no damage */
}

#define TEST_AT_A_PLACE(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_AT_A_PLACE(a_run_is_the_state_it_ended_in),
        TEST_AT_A_PLACE(a_run_that_was_killed_says_so),
        TEST_AT_A_PLACE(a_damaged_line_is_named),
        TEST_AT_A_PLACE(seeds_become_one_state),
        TEST_AT_A_PLACE(runs_that_are_no_seeds_of_one_experiment_are_refused),
        TEST_AT_A_PLACE(a_record_of_nothing_is_refused),
        TEST_AT_A_PLACE(what_is_recorded_with_the_program_can_be_opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
