#include "store/run_reader.h"

#include <ftw.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "records/divergence_kind.h"
#include "records/run_command.h"
#include "store/run_writer.h"

static const char EXPERIMENT[] =
    "{ \"name\": \"small\", \"model\": \"m\", \"data\": \"d\", \"train_domains\": [\"a\"],"
    "  \"zero_shot_domains\": [\"b\", \"say \\\"c\\\"\"], \"seed\": 5,"
    "  \"lanes\": [ { \"name\": \"AdamW\", \"method\": \"adamw\" },"
    "               { \"name\": \"TRAM\", \"method\": \"tram-prev\" } ] }";

typedef struct Place {
    char run[64];
    ExperimentSpec spec;
    RunWriter *writer;
    RunReader *reader;
} Place;

/* A run directory that is being written. */
static int make_place(void **state)
{
    Place *place = calloc(1, sizeof *place);
    if (place == NULL) {
        return -1;
    }
    strcpy(place->run, "/tmp/tramlab-test-XXXXXX");
    *state = place;
    return mkdtemp(place->run) != NULL &&
                   experiment_spec_parse(EXPERIMENT, strlen(EXPERIMENT), "x.json", "", &place->spec,
                                         NULL) == STATUS_OK &&
                   run_writer_open(place->run, &place->spec, "0.7", NULL, &place->writer, NULL) ==
                       STATUS_OK
               ? 0
               : -1;
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
    run_reader_close(place->reader);
    (void)run_writer_close(place->writer, NULL);
    const int result = nftw(place->run, remove_visited, 16, FTW_DEPTH | FTW_PHYS);
    free(place);
    return result;
}

static void write_sample(Place *place, uint32_t lane, uint32_t step, double loss)
{
    MetricSample sample = {.lane = lane, .step = step, .passes = 3.0 * step, .seconds = step / 8.0};
    assert_true(metric_sample_add(&sample, METRIC_LOSS, loss));
    assert_int_equal(run_writer_sample(place->writer, &sample, NULL), STATUS_OK);
}

static void write_event(Place *place, RunEvent event)
{
    assert_int_equal(run_writer_event(place->writer, &event, NULL), STATUS_OK);
}

static void append_text(const Place *place, const char *name, const char *text)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", place->run, name);
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void open_reader(Place *place)
{
    Problem problem = {0};
    if (run_reader_open(place->run, &place->reader, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
}

/* "lane step" of a sample or the name and step of an event, for as many reports as are left. */
static void expect_reports(Place *place, const char *wanted)
{
    char got[1024] = "";
    RunReport report;
    while (run_reader_next(place->reader, &report)) {
        const size_t used = strlen(got);
        if (report.kind == RUN_REPORT_SAMPLE) {
            (void)snprintf(got + used, sizeof got - used, "%u@%u ", report.as.sample.lane,
                           report.as.sample.step);
        } else {
            (void)snprintf(got + used, sizeof got - used, "%s@%u ",
                           run_event_name(report.as.event.kind), report.as.event.step);
        }
    }
    assert_string_equal(got, wanted);
}

static void gives_back_samples_as_they_were_written(void **state)
{
    Place *place = *state;
    MetricSample sample = {.lane = 1, .step = 3, .passes = 9.5, .seconds = 1.0 / 3.0};
    const double values[] = {0.1 + 0.2, NAN, INFINITY, -INFINITY, 1e300};
    const uint16_t metrics[] = {METRIC_LOSS, METRIC_DIVERGENCE, METRIC_RADIUS, METRIC_KL_STEP,
                                METRIC_DOMAIN_FIRST + 1};
    for (size_t i = 0; i < 5; i++) {
        assert_true(metric_sample_add(&sample, metrics[i], values[i]));
    }
    assert_int_equal(run_writer_sample(place->writer, &sample, NULL), STATUS_OK);
    open_reader(place);
    assert_string_equal(json_string(json_member(run_reader_run(place->reader), "tramlab")), "0.7");
    assert_string_equal(run_reader_spec(place->reader)->lanes[1].method, "tram-prev");
    RunReport report;
    assert_true(run_reader_next(place->reader, &report));
    assert_int_equal(report.kind, RUN_REPORT_SAMPLE);
    const MetricSample *again = &report.as.sample;
    assert_int_equal(again->lane, 1);
    assert_int_equal(again->step, 3);
    assert_true(again->passes == 9.5 && again->seconds == 1.0 / 3.0);
    assert_int_equal(again->count, 5);
    for (size_t i = 0; i < 5; i++) {
        double value = 0.0;
        assert_true(metric_sample_get(again, metrics[i], &value));
        assert_true(isnan(values[i]) ? isnan(value) : value == values[i]);
    }
    assert_false(run_reader_next(place->reader, &report));
    assert_false(run_reader_next(place->reader, &report));
    assert_int_equal(run_reader_damages(place->reader)->count, 0);
}

static void gives_back_events_as_they_were_written(void **state)
{
    Place *place = *state;
    const RunEvent events[] = {
        {.kind = RUN_EVENT_LOADING, .lane = LANE_ALL, .from = LANE_ALL, .text = "say \"a\\b\""},
        {.kind = RUN_EVENT_STARTED, .lane = LANE_ALL, .from = LANE_ALL, .value = 6.25},
        {.kind = RUN_EVENT_LOADED, .lane = LANE_ALL, .from = LANE_ALL, .text = "head replaced"},
        {.kind = RUN_EVENT_KNOB_APPLIED,
         .step = 2,
         .lane = 1,
         .from = LANE_ALL,
         .knob = KNOB_SCALE,
         .value = 5,
         .old_value = 2,
         .seconds = 1.5},
        {.kind = RUN_EVENT_KNOB_IN_FORCE,
         .step = 2,
         .lane = LANE_ALL,
         .from = LANE_ALL,
         .knob = KNOB_RHO,
         .value = INFINITY},
        {.kind = RUN_EVENT_KNOB_IN_FORCE,
         .step = 3,
         .lane = 1,
         .from = LANE_ALL,
         .knob = KNOB_DIVERGENCE,
         .value = DIVERGENCE_L2},
        {.kind = RUN_EVENT_MAX_STEPS, .step = 4, .lane = LANE_ALL, .from = LANE_ALL, .value = 300},
        {.kind = RUN_EVENT_LANE_ADDED,
         .step = 5,
         .lane = 2,
         .from = 1,
         .added = {.name = "twin", .method = "asam-replay-d", .follow = "TRAM"}},
        {.kind = RUN_EVENT_LANE_REMOVED, .step = 6, .lane = 2, .from = LANE_ALL},
        {.kind = RUN_EVENT_FINISHED, .step = 7, .lane = LANE_ALL, .from = LANE_ALL},
    };
    enum { COUNT = sizeof events / sizeof *events };
    for (size_t i = 0; i < COUNT; i++) {
        write_event(place, events[i]);
    }
    open_reader(place);
    for (size_t i = 0; i < COUNT; i++) {
        RunReport report;
        assert_int_equal(run_reader_spec(place->reader)->lane_count, i > 7 ? 3 : 2);
        assert_true(run_reader_next(place->reader, &report));
        assert_int_equal(report.kind, RUN_REPORT_EVENT);
        const RunEvent *event = &report.as.event;
        assert_int_equal(event->kind, events[i].kind);
        assert_int_equal(event->step, events[i].step);
        assert_int_equal(event->lane, events[i].lane);
        assert_int_equal(event->from, events[i].from);
        assert_int_equal(event->knob, events[i].knob);
        assert_true(event->value == events[i].value);
        assert_true(event->old_value == events[i].old_value);
        assert_true(event->seconds == events[i].seconds);
        assert_string_equal(event->text, events[i].text);
        assert_string_equal(event->added.name, events[i].added.name);
        assert_string_equal(event->added.follow, events[i].added.follow);
    }
    assert_int_equal(run_reader_damages(place->reader)->count, 0);
}

static void tells_both_files_in_one_order(void **state)
{
    Place *place = *state;
    write_event(place, (RunEvent){.kind = RUN_EVENT_STARTED, .lane = LANE_ALL});
    write_sample(place, 0, 0, 1.0);
    write_sample(place, 1, 0, 1.0);
    write_sample(place, 0, 1, 1.0);
    write_sample(place, 1, 1, 1.0);
    write_event(place, (RunEvent){.kind = RUN_EVENT_PAUSED, .step = 1, .lane = LANE_ALL});
    write_event(place, (RunEvent){.kind = RUN_EVENT_LANE_ADDED,
                                  .step = 2,
                                  .lane = 2,
                                  .from = LANE_ALL,
                                  .added = {.name = "late", .method = "sam"}});
    write_sample(place, 0, 2, 1.0);
    write_sample(place, 2, 1, 1.0); /* it catches up */
    write_sample(place, 2, 2, 1.0);
    write_event(place, (RunEvent){.kind = RUN_EVENT_FINISHED, .step = 3, .lane = LANE_ALL});
    write_sample(place, 2, 3, 1.0);
    open_reader(place);
    expect_reports(place,
                   "started@0 0@0 1@0 0@1 1@1 paused@1 0@2 lane_added@2 2@1 2@2 2@3 finished@3 ");
}

static void passes_over_damaged_lines_and_names_them(void **state)
{
    Place *place = *state;
    write_sample(place, 0, 1, 1.0);
    append_text(
        place, "metrics.jsonl",
        "{\"step\":2,\"lane\":\"Ad\x01\n"
        "\n"
        "[1]\n"
        "{\"step\":2.5,\"lane\":\"AdamW\",\"passes\":1,\"seconds\":1}\n"
        "{\"step\":2,\"lane\":\"nobody\",\"passes\":1,\"seconds\":1}\n"
        "{\"step\":2,\"lane\":\"AdamW\",\"passes\":1}\n"
        "{\"step\":2,\"lane\":\"AdamW\",\"passes\":1,\"seconds\":1,\"loss\":\"much\"}\n"
        "{\"step\":3,\"lane\":\"AdamW\",\"passes\":1,\"seconds\":1,\"from_the_future\":[]}\n");
    append_text(place, "events.jsonl",
                "{\"step\":9,\"seconds\":0,\"event\":\"exploded\"}\n"
                "{\"step\":9,\"seconds\":0,\"event\":\"knob\",\"knob\":\"volume\",\"value\":11}\n"
                "{\"step\":9,\"seconds\":0,\"event\":\"diverged\",\"lane\":\"nobody\"}\n"
                "{\"step\":9,\"seconds\":0,\"event\":\"lane_added\",\"lane\":\"TRAM\","
                "\"method\":\"sam\",\"from\":\"theta_0\"}\n"
                "{\"step\":9,\"seconds\":0,\"event\":\"finished\"}\n");
    write_sample(place, 1, 10, 1.0);
    open_reader(place);
    expect_reports(place, "0@1 0@3 finished@9 1@10 ");
    const RunDamages *damages = run_reader_damages(place->reader);
    assert_int_equal(damages->count, 11);
    assert_false(damages->is_cut);
    size_t lines = 0; /* one bit for each line of metrics.jsonl */
    size_t event_lines = 0;
    for (size_t i = 0; i < damages->count; i++) {
        const bool is_metric = strcmp(damages->kept[i].file, "metrics.jsonl") == 0;
        *(is_metric ? &lines : &event_lines) |= (size_t)1 << damages->kept[i].line;
        for (const char *c = damages->kept[i].text; *c != '\0'; c++) {
            assert_true((unsigned char)*c >= 32);
        }
    }
    assert_int_equal(lines, 0x1FC); /* 2 to 8 */
    assert_int_equal(event_lines, 0x1E);
}

/* At theta_0 its event says step 0, though the race has come further. */
static void a_lane_that_begins_anew_joins_where_its_samples_begin(void **state)
{
    Place *place = *state;
    write_event(place, (RunEvent){.kind = RUN_EVENT_STARTED, .lane = LANE_ALL});
    write_sample(place, 0, 1, 1.0);
    write_sample(place, 0, 2, 1.0);
    write_event(place, (RunEvent){.kind = RUN_EVENT_LANE_ADDED,
                                  .lane = 2,
                                  .from = LANE_ALL,
                                  .added = {.name = "late", .method = "sam"}});
    write_event(
        place,
        (RunEvent){.kind = RUN_EVENT_KNOB_IN_FORCE, .lane = 2, .knob = KNOB_RHO, .value = 0.1});
    write_sample(place, 2, 1, 1.0);
    write_sample(place, 2, 2, 1.0);
    write_sample(place, 0, 3, 1.0);
    open_reader(place);
    expect_reports(place, "started@0 0@1 0@2 lane_added@0 knob@0 2@1 2@2 0@3 ");
    assert_int_equal(run_reader_damages(place->reader)->count, 0);
}

static void a_lane_that_joins_after_the_opening_is_read(void **state)
{
    Place *place = *state;
    RunReport report;
    write_event(place, (RunEvent){.kind = RUN_EVENT_STARTED, .lane = LANE_ALL});
    write_sample(place, 0, 1, 1.0);
    write_sample(place, 0, 2, 1.0);
    open_reader(place);
    assert_true(run_reader_next(place->reader, &report)); /* started */
    assert_true(run_reader_next(place->reader, &report)); /* 0@1 */
    write_event(place, (RunEvent){.kind = RUN_EVENT_LANE_ADDED,
                                  .step = 2,
                                  .lane = 2,
                                  .from = 0,
                                  .added = {.name = "late", .method = "sam"}});
    write_sample(place, 2, 3, 1.0);
    expect_reports(place, "0@2 lane_added@2 2@3 ");
    assert_int_equal(run_reader_damages(place->reader)->count, 0);
}

static void a_last_half_line_is_no_damage(void **state)
{
    Place *place = *state;
    write_sample(place, 0, 1, 1.0);
    append_text(place, "metrics.jsonl", "{\"step\":2,\"lane\":\"AdamW\",\"pas");
    open_reader(place);
    expect_reports(place, "0@1 ");
    assert_int_equal(run_reader_damages(place->reader)->count, 0);
    assert_true(run_reader_damages(place->reader)->is_cut);
}

static void a_last_line_that_lacks_only_its_end_is_read(void **state)
{
    Place *place = *state;
    append_text(place, "metrics.jsonl",
                "{\"step\":2,\"lane\":\"AdamW\",\"passes\":1,\"seconds\":1}");
    open_reader(place);
    expect_reports(place, "0@2 ");
    assert_false(run_reader_damages(place->reader)->is_cut);
}

static void a_line_without_end_takes_no_memory(void **state)
{
    Place *place = *state;
    char path[128];
    (void)snprintf(path, sizeof path, "%s/metrics.jsonl", place->run);
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    for (int i = 0; i < 300000; i++) {
        assert_true(fputs("[1],", file) >= 0);
    }
    assert_int_equal(fclose(file), 0);
    append_text(place, "metrics.jsonl", "\n");
    write_sample(place, 0, 4, 1.0);
    open_reader(place);
    expect_reports(place, "0@4 ");
    assert_int_equal(run_reader_damages(place->reader)->count, 1);
    assert_string_equal(run_reader_damages(place->reader)->kept[0].text, "longer than 65536 bytes");
}

static void counts_more_damage_than_it_keeps(void **state)
{
    Place *place = *state;
    for (int i = 0; i < 100; i++) {
        append_text(place, "metrics.jsonl", "?\n");
    }
    open_reader(place);
    expect_reports(place, "");
    assert_int_equal(run_reader_damages(place->reader)->count, 100);
    assert_int_equal(run_reader_damages(place->reader)->kept[RUN_DAMAGES_KEPT - 1].line,
                     RUN_DAMAGES_KEPT);
}

static void reads_a_hundred_thousand_lines(void **state)
{
    Place *place = *state;
    char path[128];
    (void)snprintf(path, sizeof path, "%s/metrics.jsonl", place->run);
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    for (int step = 1; step <= 50000; step++) {
        for (int lane = 0; lane < 2; lane++) {
            assert_true(fprintf(file,
                                "{\"step\":%d,\"lane\":\"%s\",\"passes\":%d,\"seconds\":%d,"
                                "\"loss\":%d}\n",
                                step, lane == 0 ? "AdamW" : "TRAM", 3 * step, step, lane) > 0);
        }
    }
    assert_int_equal(fclose(file), 0);
    open_reader(place);
    RunReport report;
    uint32_t count = 0;
    while (run_reader_next(place->reader, &report)) {
        double loss = -1.0;
        assert_true(metric_sample_get(&report.as.sample, METRIC_LOSS, &loss));
        assert_true(report.as.sample.lane == count % 2 && loss == count % 2);
        assert_true(report.as.sample.step == count / 2 + 1);
        count++;
    }
    assert_int_equal(count, 100000);
}

static void expect_no_run(const Place *place, Status wanted, const char *words)
{
    RunReader *reader = NULL;
    Problem problem = {0};
    assert_int_equal(run_reader_open(place->run, &reader, &problem), wanted);
    assert_null(reader);
    if (strstr(problem.text, words) == NULL) {
        fail_msg("\"%s\" is not in: %s", words, problem.text);
    }
}

static void says_what_is_missing(void **state)
{
    Place *place = *state;
    char path[128];
    char text[512];
    (void)snprintf(path, sizeof path, "%s/events.jsonl", place->run);
    assert_int_equal(unlink(path), 0);
    write_sample(place, 0, 1, 1.0);
    open_reader(place); /* a run without events */
    expect_reports(place, "0@1 ");
    (void)snprintf(path, sizeof path, "%s/metrics.jsonl", place->run);
    assert_int_equal(unlink(path), 0);
    expect_no_run(place, STATUS_FILE_UNREADABLE, "metrics.jsonl cannot be read: No such file");
    (void)snprintf(path, sizeof path, "%s/run.json", place->run);
    assert_int_equal(truncate(path, 40), 0);
    expect_no_run(place, STATUS_BAD_FORMAT, "run.json, line");
    assert_int_equal(truncate(path, 0), 0);
    append_text(place, "run.json", "{\"seed\": 1}");
    expect_no_run(place, STATUS_BAD_VALUE, "not the record of a run");
    assert_int_equal(truncate(path, 0), 0);
    append_text(place, "run.json", "{\"experiment\": {\"name\": \"x\", \"volume\": 11}}");
    expect_no_run(place, STATUS_BAD_VALUE, "volume");
    assert_int_equal(unlink(path), 0);
    (void)snprintf(text, sizeof text, "%s cannot be read: No such file", path);
    expect_no_run(place, STATUS_FILE_UNREADABLE, text);
}

/* Opening one would wait for a writer that never comes. */
static void a_named_pipe_is_no_record(void **state)
{
    Place *place = *state;
    static const char *const NAMES[] = {"events.jsonl", "metrics.jsonl"};
    for (size_t i = 0; i < 2; i++) {
        char path[128];
        char text[160];
        (void)snprintf(path, sizeof path, "%s/%s", place->run, NAMES[i]);
        (void)snprintf(text, sizeof text, "%s is not a file", path);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(mkfifo(path, 0600), 0);
        expect_no_run(place, STATUS_FILE_UNREADABLE, text);
    }
}

static void closing_nothing_is_allowed(void **state)
{
    (void)state;
    run_reader_close(NULL);
}

#define TEST_AT_A_PLACE(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_AT_A_PLACE(gives_back_samples_as_they_were_written),
        TEST_AT_A_PLACE(gives_back_events_as_they_were_written),
        TEST_AT_A_PLACE(tells_both_files_in_one_order),
        TEST_AT_A_PLACE(a_lane_that_begins_anew_joins_where_its_samples_begin),
        TEST_AT_A_PLACE(a_lane_that_joins_after_the_opening_is_read),
        TEST_AT_A_PLACE(passes_over_damaged_lines_and_names_them),
        TEST_AT_A_PLACE(a_last_half_line_is_no_damage),
        TEST_AT_A_PLACE(a_last_line_that_lacks_only_its_end_is_read),
        TEST_AT_A_PLACE(a_line_without_end_takes_no_memory),
        TEST_AT_A_PLACE(counts_more_damage_than_it_keeps),
        TEST_AT_A_PLACE(reads_a_hundred_thousand_lines),
        TEST_AT_A_PLACE(says_what_is_missing),
        TEST_AT_A_PLACE(a_named_pipe_is_no_record),
        cmocka_unit_test(closing_nothing_is_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
