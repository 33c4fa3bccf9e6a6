#include "store/run_writer.h"

#include <ftw.h>
#include <math.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "records/divergence_kind.h"

#include "base/random.h"
#include "records/run_command.h"

static const char EXPERIMENT[] =
    "{ \"name\": \"small\", \"model\": \"m\", \"data\": \"d\", \"train_domains\": [\"a\"],"
    "  \"zero_shot_domains\": [\"b\", \"say \\\"c\\\"\"], \"seed\": 5,"
    "  \"lanes\": [ { \"name\": \"AdamW\", \"method\": \"adamw\" },"
    "               { \"name\": \"TRAM\", \"method\": \"tram-prev\" } ] }";

typedef struct Place {
    char root[64]; /* a new empty directory */
    char run[96];  /* root/a/run, not there yet */
    ExperimentSpec spec;
} Place;

static int remove_visited(const char *path, const struct stat *about, int kind, struct FTW *where)
{
    (void)about;
    (void)kind;
    (void)where;
    return remove(path);
}

static int make_place(void **state)
{
    Place *place = calloc(1, sizeof *place);
    if (place == NULL) {
        return -1;
    }
    strcpy(place->root, "/tmp/tramlab-test-XXXXXX");
    if (mkdtemp(place->root) == NULL) {
        return -1;
    }
    snprintf(place->run, sizeof place->run, "%s/a/run", place->root);
    *state = place;
    return experiment_spec_parse(EXPERIMENT, strlen(EXPERIMENT), "x.json", "", &place->spec,
                                 NULL) == STATUS_OK
               ? 0
               : -1;
}

static int remove_place(void **state)
{
    Place *place = *state;
    const int result = nftw(place->root, remove_visited, 16, FTW_DEPTH | FTW_PHYS);
    free(place);
    return result;
}

static bool exists(const char *directory, const char *name)
{
    char path[256];
    struct stat about;
    snprintf(path, sizeof path, "%s/%s", directory, name);
    return lstat(path, &about) == 0;
}

static char *text_of(const char *directory, const char *name)
{
    char path[256];
    char *text = NULL;
    size_t size = 0;
    snprintf(path, sizeof path, "%s/%s", directory, name);
    assert_int_equal(json_read_text(path, 1 << 20, &text, &size, NULL), STATUS_OK);
    return text;
}

static RunWriter *opened(const Place *place)
{
    RunWriter *writer = NULL;
    Problem problem = {0};
    if (run_writer_open(place->run, &place->spec, "1.0", NULL, &writer, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    return writer;
}

static void writes_run_json_with_the_resolved_experiment(void **state)
{
    const Place *place = *state;
    Json *environment = json_new_object();
    assert_true(json_add_number(environment, "workers", 2));
    RunWriter *writer = NULL;
    assert_int_equal(
        run_writer_open(place->run, &place->spec, "0.9-test", environment, &writer, NULL),
        STATUS_OK);
    assert_string_equal(run_writer_directory(writer), place->run);
    assert_false(exists(place->run, "run.json.tmp"));

    char *text = text_of(place->run, "run.json");
    Json *run = NULL;
    assert_int_equal(json_parse(text, strlen(text), "run.json", &run, NULL), STATUS_OK);
    assert_string_equal(json_string(json_member(run, "tramlab")), "0.9-test");
    assert_int_equal(strlen(json_string(json_member(run, "started"))),
                     strlen("2024-01-01T00:00:00Z"));
    assert_true(json_number(json_member(run, "seed")) == 5.0);
    assert_true(json_number(json_member(json_member(run, "environment"), "workers")) == 2.0);
    char *experiment = json_print(json_member(run, "experiment"), false);
    ExperimentSpec again = {0};
    assert_int_equal(
        experiment_spec_parse(experiment, strlen(experiment), "run.json", "", &again, NULL),
        STATUS_OK);
    assert_string_equal(again.lanes[1].name, "TRAM");
    free(experiment);
    free(text);
    json_destroy(run);
    json_destroy(environment);
    assert_int_equal(run_writer_close(writer, NULL), STATUS_OK);
}

static void writes_samples_as_lines(void **state)
{
    const Place *place = *state;
    RunWriter *writer = opened(place);
    MetricSample sample = {.lane = 1, .step = 3, .passes = 9, .seconds = 0.25};
    assert_true(metric_sample_add(&sample, METRIC_LOSS, 0.1 + 0.2));
    assert_true(metric_sample_add(&sample, METRIC_DIVERGENCE, NAN));
    assert_true(metric_sample_add(&sample, METRIC_RADIUS, INFINITY));
    assert_true(metric_sample_add(&sample, METRIC_KL_STEP, -INFINITY));
    assert_true(metric_sample_add(&sample, METRIC_DOMAIN_FIRST + 1, 1e300));
    assert_true(metric_sample_add(&sample, METRIC_ID_MAX - 1, 1.0)); /* nobody's metric */
    assert_int_equal(run_writer_sample(writer, &sample, NULL), STATUS_OK);
    sample = (MetricSample){.lane = 0, .step = 4};
    assert_int_equal(run_writer_sample(writer, &sample, NULL), STATUS_OK);

    char *text =
        text_of(place->run, "metrics.jsonl"); /* before it is closed: a crash loses nothing */
    assert_string_equal(
        text, "{\"step\":3,\"lane\":\"TRAM\",\"passes\":9,\"seconds\":0.25,"
              "\"loss\":0.30000000000000004,\"divergence\":\"NaN\",\"radius\":\"Infinity\","
              "\"kl_step\":\"-Infinity\",\"perplexity/say \\\"c\\\"\":1e+300}\n"
              "{\"step\":4,\"lane\":\"AdamW\",\"passes\":0,\"seconds\":0}\n");
    free(text);
    assert_int_equal(run_writer_close(writer, NULL), STATUS_OK);
}

static void writes_numbers_that_read_back_as_the_same_double(void **state)
{
    const Place *place = *state;
    RunWriter *writer = opened(place);
    Random random = random_stream(3, RANDOM_STREAM_NOISE, 0);
    enum { COUNT = 500 };
    double values[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        const uint64_t bits = random_bits(&random);
        memcpy(&values[i], &bits, sizeof bits); /* any double at all */
        values[i] = isfinite(values[i]) ? values[i] : random_uniform(&random);
        MetricSample sample = {.seconds = values[i]};
        assert_int_equal(run_writer_sample(writer, &sample, NULL), STATUS_OK);
    }
    assert_int_equal(run_writer_close(writer, NULL), STATUS_OK);
    char *text = text_of(place->run, "metrics.jsonl");
    const char *line = text;
    for (size_t i = 0; i < COUNT; i++) {
        const char *end = strchr(line, '\n');
        assert_non_null(end);
        Json *json = NULL;
        assert_int_equal(json_parse(line, (size_t)(end - line), "line", &json, NULL), STATUS_OK);
        assert_true(json_number(json_member(json, "seconds")) == values[i]);
        json_destroy(json);
        line = end + 1;
    }
    free(text);
}

static void writes_events_with_what_their_kind_carries(void **state)
{
    const Place *place = *state;
    RunWriter *writer = opened(place);
    const RunEvent events[] = {
        {.kind = RUN_EVENT_STARTED, .lane = LANE_ALL},
        {.kind = RUN_EVENT_STARTED, .lane = LANE_ALL, .value = 6.25},
        {.kind = RUN_EVENT_KNOB_APPLIED,
         .step = 2,
         .lane = 1,
         .knob = KNOB_SCALE,
         .value = 5,
         .old_value = 2,
         .command = 8,
         .seconds = 1.5},
        {.kind = RUN_EVENT_EVALUATING, .lane = LANE_ALL},
        {.kind = RUN_EVENT_LOADED, .lane = LANE_ALL, .text = "head replaced: 9 labels -> 2"},
        {.kind = RUN_EVENT_KNOB_IN_FORCE, .lane = LANE_ALL, .knob = KNOB_RHO, .value = INFINITY},
        {.kind = RUN_EVENT_KNOB_IN_FORCE,
         .lane = 1,
         .knob = KNOB_DIVERGENCE,
         .value = DIVERGENCE_L2},
        {.kind = RUN_EVENT_MAX_STEPS, .lane = LANE_ALL, .value = 300},
        {.kind = RUN_EVENT_DIVERGED, .step = 9, .lane = 0, .text = "loss \"NaN\"\n\x1b\xff"},
        {.kind = RUN_EVENT_LANE_ADDED,
         .lane = (uint32_t)place->spec.lane_count,
         .added = {.name = "replay", .method = "asam-replay-d", .follow = "TRAM"},
         .from = LANE_ALL},
        {.kind = RUN_EVENT_LANE_ADDED,
         .step = 9,
         .lane = (uint32_t)place->spec.lane_count + 1,
         .added = {.name = "twin", .method = "tram-prev"},
         .from = 1},
        {.kind = RUN_EVENT_LANE_REMOVED, .step = 9, .lane = 1},
    };
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        assert_int_equal(run_writer_event(writer, &events[i], NULL), STATUS_OK);
    }
    char *text = text_of(place->run, "events.jsonl");
    assert_string_equal(
        text,
        "{\"step\":0,\"seconds\":0,\"event\":\"started\"}\n"
        "{\"step\":0,\"seconds\":0,\"event\":\"started\",\"steps_per_epoch\":6.25}\n"
        "{\"step\":2,\"seconds\":1.5,\"event\":\"knob_applied\",\"lane\":\"TRAM\","
        "\"knob\":\"scale\",\"value\":5,\"old_value\":2}\n"
        "{\"step\":0,\"seconds\":0,\"event\":\"loaded\",\"text\":\"head replaced: 9 labels -> "
        "2\"}\n"
        "{\"step\":0,\"seconds\":0,\"event\":\"knob\",\"knob\":\"rho\",\"value\":\"Infinity\"}\n"
        "{\"step\":0,\"seconds\":0,\"event\":\"knob\",\"lane\":\"TRAM\",\"knob\":\"divergence\","
        "\"value\":\"l2\"}\n"
        "{\"step\":0,\"seconds\":0,\"event\":\"max_steps\",\"value\":300}\n"
        "{\"step\":9,\"seconds\":0,\"event\":\"diverged\",\"lane\":\"AdamW\","
        "\"text\":\"loss \\\"NaN\\\"???\"}\n"
        "{\"step\":0,\"seconds\":0,\"event\":\"lane_added\",\"lane\":\"replay\","
        "\"method\":\"asam-replay-d\",\"follow\":\"TRAM\",\"from\":\"theta_0\"}\n"
        "{\"step\":9,\"seconds\":0,\"event\":\"lane_added\",\"lane\":\"twin\","
        "\"method\":\"tram-prev\",\"from\":\"TRAM\"}\n"
        "{\"step\":9,\"seconds\":0,\"event\":\"lane_removed\",\"lane\":\"TRAM\"}\n");
    free(text);
    /* What joined can be measured. */
    const MetricSample sample = {.lane = (uint32_t)place->spec.lane_count, .step = 1};
    assert_int_equal(run_writer_sample(writer, &sample, NULL), STATUS_OK);
    text = text_of(place->run, "metrics.jsonl");
    assert_non_null(strstr(text, "\"lane\":\"replay\""));
    free(text);
    assert_int_equal(run_writer_close(writer, NULL), STATUS_OK);
}

static void holds_a_sample_as_long_as_it_can_be(void **state)
{
    Place *place = *state;
    char *name = place->spec.zero_shot_domains[0];
    memset(name, '"', SPEC_NAME_BYTES - 1);
    RunWriter *writer = opened(place);
    MetricSample sample = {.step = UINT32_MAX, .passes = -1.0 / 3e-300, .seconds = -1.0 / 3e-300};
    while (metric_sample_add(&sample, METRIC_DOMAIN_FIRST, -1.0 / 3e-300)) {
    }
    assert_int_equal(run_writer_sample(writer, &sample, NULL), STATUS_OK);
    RunEvent event = {.kind = RUN_EVENT_FAILED, .lane = LANE_ALL};
    memset(event.text, '\\', sizeof event.text - 1);
    assert_int_equal(run_writer_event(writer, &event, NULL), STATUS_OK);
    assert_int_equal(run_writer_close(writer, NULL), STATUS_OK);
}

static void overwrites_nothing_recorded(void **state)
{
    const Place *place = *state;
    RunWriter *writer = opened(place);
    MetricSample sample = {.step = 1};
    assert_int_equal(run_writer_sample(writer, &sample, NULL), STATUS_OK);
    assert_int_equal(run_writer_close(writer, NULL), STATUS_OK);
    char *before = text_of(place->run, "metrics.jsonl");

    RunWriter *second = NULL;
    Problem problem = {0};
    assert_int_equal(run_writer_open(place->run, &place->spec, "1", NULL, &second, &problem),
                     STATUS_FILE_UNWRITABLE);
    assert_null(second);
    assert_non_null(strstr(problem.text, place->run));

    /* Even when only the measurements are left. */
    char path[128];
    snprintf(path, sizeof path, "%s/run.json", place->run);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(run_writer_open(place->run, &place->spec, "1", NULL, &second, &problem),
                     STATUS_FILE_UNWRITABLE);
    assert_non_null(strstr(problem.text, "metrics.jsonl"));
    assert_false(exists(place->run, "run.json"));
    char *after = text_of(place->run, "metrics.jsonl");
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static void names_the_path_that_cannot_be_made(void **state)
{
    const Place *place = *state;
    char path[128];
    snprintf(path, sizeof path, "%s/a", place->root);
    FILE *file = fopen(path, "w"); /* a file where a folder should be */
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    RunWriter *writer = NULL;
    Problem problem = {0};
    assert_int_equal(run_writer_open(place->run, &place->spec, "1", NULL, &writer, &problem),
                     STATUS_FILE_UNWRITABLE);
    assert_null(writer);
    assert_non_null(strstr(problem.text, place->run));
    assert_non_null(strstr(problem.text, "Not a directory"));
    assert_int_equal(run_writer_open("", &place->spec, "1", NULL, &writer, &problem),
                     STATUS_FILE_UNWRITABLE);
}

/* Fill the file until a write fails; then the failure must stay and the file hold whole lines. */
static void assert_fails_whole(const char *directory, RunWriter *writer, const char *reason)
{
    MetricSample sample = {.lane = 0};
    Problem problem = {0};
    Status status = STATUS_OK;
    while (metric_sample_add(&sample, METRIC_LOSS, 1.0 / 3.0)) {
    }
    for (uint32_t step = 0; step < 5000 && status == STATUS_OK; step++) {
        sample.step = step;
        status = run_writer_sample(writer, &sample, &problem);
    }
    assert_int_equal(status, STATUS_FILE_UNWRITABLE);
    assert_non_null(strstr(problem.text, "metrics.jsonl"));
    assert_non_null(strstr(problem.text, reason));

    const RunEvent event = {.kind = RUN_EVENT_PAUSED, .lane = LANE_ALL};
    Problem again = {0};
    assert_int_equal(run_writer_event(writer, &event, &again), STATUS_FILE_UNWRITABLE);
    assert_string_equal(again.text, problem.text);

    char *text = text_of(directory, "metrics.jsonl");
    const size_t size = strlen(text);
    assert_true(size > 0 && text[size - 1] == '\n');
    free(text);
    Problem last = {0};
    assert_int_equal(run_writer_close(writer, &last), STATUS_FILE_UNWRITABLE);
    assert_string_equal(last.text, problem.text);
}

static void stays_failed_and_keeps_whole_lines_when_a_file_may_not_grow(void **state)
{
    const Place *place = *state;
    RunWriter *writer = opened(place);
    struct rlimit limit = {0};
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    const struct rlimit small = {.rlim_cur = 10001, .rlim_max = limit.rlim_max};
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction before = {0};
    assert_int_equal(sigaction(SIGXFSZ, &ignore, &before), 0);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_fails_whole(place->run, writer, "File too large");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_int_equal(sigaction(SIGXFSZ, &before, NULL), 0);
}

/* Needs the right to mount; the mount is seen by this process only. */
static void says_so_when_the_disk_is_full(void **state)
{
    const Place *place = *state;
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", place->root, "tmpfs", 0, "size=65536") != 0) {
        skip();
    }
    RunWriter *writer = opened(place);
    assert_fails_whole(place->run, writer, "No space left on device");

    /* On the full disk no other run can begin, and a failed beginning leaves nothing. */
    char other[128];
    snprintf(other, sizeof other, "%s/other", place->root);
    char filler_path[128];
    snprintf(filler_path, sizeof filler_path, "%s/filler", place->root);
    FILE *filler = fopen(filler_path, "w");
    assert_non_null(filler);
    for (int i = 0; i < 70000 && fputc('x', filler) != EOF; i++) {
    }
    (void)fclose(filler);
    Problem problem = {0};
    assert_int_equal(run_writer_open(other, &place->spec, "1", NULL, &writer, &problem),
                     STATUS_FILE_UNWRITABLE);
    assert_non_null(strstr(problem.text, "run.json"));
    assert_non_null(strstr(problem.text, "No space left on device"));
    assert_false(exists(place->root, "other"));
    assert_int_equal(umount(place->root), 0);
}

static void make_file(const char *directory, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
}

static void make_folder(const char *directory, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    assert_int_equal(mkdir(path, 0777), 0);
}

static void discards_all_that_a_run_consists_of(void **state)
{
    const Place *place = *state;
    RunWriter *writer = opened(place);
    make_folder(place->run, "resume");
    make_file(place->run, "resume/state.json");
    make_folder(place->run, "model");
    make_folder(place->run, "model/TRAM");
    make_file(place->run, "model/TRAM/model.safetensors");
    assert_int_equal(run_writer_discard(writer, NULL), STATUS_OK);
    assert_false(exists(place->root, "a/run"));
    assert_true(exists(place->root, "a"));
}

static void discards_nothing_of_the_users(void **state)
{
    const Place *place = *state;
    RunWriter *writer = opened(place);
    char link[160];
    make_folder(place->root, "precious");
    make_file(place->root, "precious/thesis.txt");
    make_file(place->run, "notes.txt");
    make_folder(place->run, "model");
    char target[160];
    snprintf(target, sizeof target, "%s/precious", place->root);
    snprintf(link, sizeof link, "%s/model/link", place->run);
    assert_int_equal(symlink(target, link), 0);
    assert_int_equal(run_writer_discard(writer, NULL), STATUS_OK);
    assert_true(exists(place->root, "precious/thesis.txt"));
    assert_true(exists(place->run, "notes.txt"));
    assert_false(exists(place->run, "run.json"));
    assert_false(exists(place->run, "metrics.jsonl"));
    assert_false(exists(place->run, "events.jsonl"));
    assert_false(exists(place->run, "model"));
}

static void a_record_goes_on_where_it_ended_and_by_one_writer_only(void **state)
{
    const Place *place = *state;
    const MetricSample sample = {.lane = 1, .step = 3, .passes = 9.0};
    RunWriter *writer = opened(place);
    RunWriter *second = NULL;
    Problem problem = {0};
    assert_int_equal(run_writer_sample(writer, &sample, &problem), STATUS_OK);
    const RunRecordBytes bytes = run_writer_bytes(writer);
    assert_true(bytes.metrics > 10);
    assert_true(bytes.events == 0);
    assert_int_equal(run_writer_reopen(place->run, &place->spec, bytes, &second, &problem),
                     STATUS_FILE_UNWRITABLE);
    assert_non_null(strstr(problem.text, "another tramlab"));
    assert_int_equal(run_writer_close(writer, &problem), STATUS_OK);
    assert_int_equal(run_writer_reopen(place->run, &place->spec, bytes, &second, &problem),
                     STATUS_OK);
    assert_int_equal(run_writer_sample(second, &sample, &problem), STATUS_OK);
    assert_int_equal(run_writer_bytes(second).metrics, 2 * bytes.metrics);
    assert_int_equal(run_writer_close(second, &problem), STATUS_OK);
    assert_int_equal(run_writer_reopen("/nowhere", &place->spec, bytes, &second, &problem),
                     STATUS_FILE_UNWRITABLE);
    assert_non_null(strstr(problem.text, "/nowhere/metrics.jsonl"));
}

static RunRecordBytes write_steps(const Place *place, RunWriter *writer, uint32_t from, uint32_t to)
{
    for (uint32_t step = from; step <= to; step++) {
        const MetricSample sample = {.lane = 1, .step = step};
        const RunEvent event = {.kind = RUN_EVENT_MAX_STEPS,
                                .lane = LANE_ALL,
                                .step = step,
                                .value = 100.0 + (double)step};
        assert_int_equal(run_writer_sample(writer, &sample, NULL), STATUS_OK);
        assert_int_equal(run_writer_event(writer, &event, NULL), STATUS_OK);
    }
    assert_string_equal(run_writer_directory(writer), place->run);
    return run_writer_bytes(writer);
}

/* Killed at step 5, with half a line written; it goes on from step 3. */
static void what_came_after_the_saved_state_is_cut_and_comes_again(void **state)
{
    static const char *const FILES[] = {"metrics.jsonl", "events.jsonl"};
    const Place *place = *state;
    RunWriter *writer = opened(place);
    Problem problem = {0};
    char *whole[2];
    const RunRecordBytes saved = write_steps(place, writer, 1, 3);
    (void)write_steps(place, writer, 4, 5);
    assert_int_equal(run_writer_close(writer, NULL), STATUS_OK);
    for (size_t i = 0; i < 2; i++) {
        char path[160];
        whole[i] = text_of(place->run, FILES[i]);
        snprintf(path, sizeof path, "%s/%s", place->run, FILES[i]);
        FILE *file = fopen(path, "a");
        assert_non_null(file);
        assert_true(fputs("{\"step\":6,\"la", file) >= 0);
        assert_int_equal(fclose(file), 0);
    }
    assert_int_equal(run_writer_reopen(place->run, &place->spec, saved, &writer, &problem),
                     STATUS_OK);
    assert_int_equal(run_writer_lost_changes(writer), 2); /* of steps 4 and 5 */
    (void)write_steps(place, writer, 4, 5);
    assert_int_equal(run_writer_close(writer, NULL), STATUS_OK);
    for (size_t i = 0; i < 2; i++) {
        char *again = text_of(place->run, FILES[i]);
        assert_string_equal(again, whole[i]);
        free(again);
        free(whole[i]);
    }
}

static void a_record_that_somebody_changed_is_not_cut(void **state)
{
    const Place *place = *state;
    RunWriter *writer = opened(place);
    Problem problem = {0};
    const RunRecordBytes saved = write_steps(place, writer, 1, 3);
    assert_int_equal(run_writer_close(writer, NULL), STATUS_OK);
    const RunRecordBytes wrong[] = {{saved.metrics - 1, saved.events},
                                    {saved.metrics, saved.events + 1},
                                    {saved.metrics + 1, saved.events},
                                    {saved.metrics, saved.events - 1}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(run_writer_reopen(place->run, &place->spec, wrong[i], &writer, &problem),
                         STATUS_FILE_UNWRITABLE);
        assert_non_null(strstr(problem.text, "was changed"));
    }
    assert_int_equal(run_writer_reopen(place->run, &place->spec, saved, &writer, &problem),
                     STATUS_OK);
    assert_int_equal(run_writer_bytes(writer).metrics, saved.metrics);
    assert_int_equal(run_writer_lost_changes(writer), 0);
    assert_int_equal(run_writer_close(writer, NULL), STATUS_OK);
}

static void allows_closing_nothing(void **state)
{
    (void)state;
    assert_int_equal(run_writer_close(NULL, NULL), STATUS_OK);
    assert_int_equal(run_writer_discard(NULL, NULL), STATUS_OK);
}

#define TEST_AT_A_PLACE(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_AT_A_PLACE(writes_run_json_with_the_resolved_experiment),
        TEST_AT_A_PLACE(writes_samples_as_lines),
        TEST_AT_A_PLACE(writes_numbers_that_read_back_as_the_same_double),
        TEST_AT_A_PLACE(writes_events_with_what_their_kind_carries),
        TEST_AT_A_PLACE(holds_a_sample_as_long_as_it_can_be),
        TEST_AT_A_PLACE(overwrites_nothing_recorded),
        TEST_AT_A_PLACE(names_the_path_that_cannot_be_made),
        TEST_AT_A_PLACE(stays_failed_and_keeps_whole_lines_when_a_file_may_not_grow),
        TEST_AT_A_PLACE(says_so_when_the_disk_is_full),
        TEST_AT_A_PLACE(discards_all_that_a_run_consists_of),
        TEST_AT_A_PLACE(discards_nothing_of_the_users),
        TEST_AT_A_PLACE(a_record_goes_on_where_it_ended_and_by_one_writer_only),
        TEST_AT_A_PLACE(what_came_after_the_saved_state_is_cut_and_comes_again),
        TEST_AT_A_PLACE(a_record_that_somebody_changed_is_not_cut),
        cmocka_unit_test(allows_closing_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
