/* tests/fuzz/fuzz_records.c -- damaged experiments and run directories are refused in a line, or read within bounds. */
#include "damage.h"

#include <stdbool.h>
#include <unistd.h>

#include "base/json.h"
#include "optim/method_table.h"
#include "records/experiment_spec.h"
#include "store/run_reader.h"
#include "tui/recorded_run.h"

/* A key of each kind, and each way to give lanes their knobs. */
static const char EXPERIMENT[] =
    "{ \"name\": \"small\", \"about\": \"é\", \"_comment\": [1, {\"x\": null}], \"model\": \"m\",\n"
    "  \"data\": \"../d\", \"train_domains\": [\"a\"], \"zero_shot_domains\": [\"b\", \"c\"],\n"
    "  \"task\": \"causal-lm\", \"train_pool\": \"fine-tune\", \"lr_scheduler_type\": \"linear\",\n"
    "  \"seed\": 5, \"max_steps\": 40, \"warmup_steps\": 4, \"block_size\": 32,\n"
    "  \"per_device_train_batch_size\": 4, \"learning_rate\": 5e-4, \"adam_beta2\": 0.99,\n"
    "  \"lanes\": [ { \"name\": \"AdamW\", \"method\": \"adamw\" },\n"
    "   { \"name\": \"TRAM\", \"method\": \"tram-prev\", \"scale\": 1e3, \"divergence\": \"l2\" "
    "},\n"
    "   { \"name\": \"R\", \"method\": \"asam-replay-d\", \"follow\": \"TRAM\" } ] }\n";

enum { METRIC_LINES = 24 };

/* What is written out and read again says the same once more. */
static void expect_same_again(const ExperimentSpec *spec, uint64_t round)
{
    static ExperimentSpec again;
    Problem problem = {0};
    Json *json = experiment_spec_to_json(spec);
    char *text = json_print(json, true);
    assert_non_null(text);
    if (experiment_spec_parse(text, strlen(text), "again", "", &again, &problem) != STATUS_OK) {
        fail_msg("round %lu: %s", (unsigned long)round, problem.text);
    }
    Json *json_again = experiment_spec_to_json(&again);
    char *text_again = json_print(json_again, true);
    assert_non_null(text_again);
    assert_string_equal(text, text_again);
    json_destroy(json);
    json_destroy(json_again);
    free(text);
    free(text_again);
}

static void a_damaged_experiment_is_refused_or_says_the_same_again(void **state)
{
    (void)state;
    char path[] = "/tmp/tramlab-fuzz-XXXXXX";
    const int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    static ExperimentSpec spec;
    const uint64_t first = fuzz_setting("FUZZ_FIRST", 0);
    const uint64_t rounds = fuzz_setting("FUZZ_ROUNDS", 200) * 5;
    uint64_t readable = 0;
    for (uint64_t round = first; round < first + rounds; round++) {
        Random random = random_stream(round, RANDOM_STREAM_NOISE, sizeof EXPERIMENT);
        size_t size = sizeof EXPERIMENT - 1;
        char *text = copy_of(EXPERIMENT, size);
        damage(&random, &text, &size);
        write_whole(path, text, size);
        free(text);
        Problem problem = {0};
        if (experiment_spec_read(path, &spec, &problem) == STATUS_OK) {
            expect_same_again(&spec, round);
            readable++;
        } else {
            assert_one_line(&problem, path, round);
        }
    }
    unlink(path);
    assert_true(rounds < 100 || (readable > 0 && readable < rounds)); /* or nothing was tried */
}

/* --- run directories --- */

static const char *const FILES[] = {"run.json", "events.jsonl", "metrics.jsonl"};
enum { FILE_COUNT = 3 };

/* The files of a recorded run; of its samples only the first. */
typedef struct Record {
    char folder[40];
    char *texts[FILE_COUNT];
    size_t sizes[FILE_COUNT];
} Record;

static void path_in(const Record *record, size_t file, char path[80])
{
    (void)snprintf(path, 80, "%s/%s", record->folder, FILES[file]);
}

static void read_original(Record *record)
{
    strcpy(record->folder, "/tmp/tramlab-fuzz-XXXXXX");
    assert_non_null(mkdtemp(record->folder));
    for (size_t i = 0; i < FILE_COUNT; i++) {
        char path[96];
        (void)snprintf(path, sizeof path, "sample-runs/recorded/cross-domain/trio-seed-1/%s",
                       FILES[i]);
        assert_int_equal(json_read_text(path, 1 << 20, &record->texts[i], &record->sizes[i], NULL),
                         STATUS_OK);
    }
    char *end = record->texts[2];
    for (int line = 0; line < METRIC_LINES; line++) {
        end = strchr(end, '\n') + 1;
    }
    record->sizes[2] = (size_t)(end - record->texts[2]);
}

static void clear(Record *record)
{
    for (size_t i = 0; i < FILE_COUNT; i++) {
        char path[80];
        path_in(record, i, path);
        unlink(path);
        free(record->texts[i]);
    }
    assert_int_equal(rmdir(record->folder), 0);
}

/* Every second round metrics.jsonl is damaged, else one of the others. */
static void write_damaged(const Record *record, Random *random, uint64_t round)
{
    const size_t damaged = round % 2 == 0 ? 2 : (size_t)(round / 2 % 2);
    for (size_t i = 0; i < FILE_COUNT; i++) {
        char path[80];
        size_t size = record->sizes[i];
        char *text = copy_of(record->texts[i], size);
        for (size_t again = 0; i == damaged && again < 1 + size / 1000; again++) {
            damage(random, &text, &size);
        }
        path_in(record, i, path);
        write_whole(path, text, size);
        free(text);
    }
}

static void check_report(const RunReport *report, const ExperimentSpec *spec, uint64_t round)
{
    const bool is_sample = report->kind == RUN_REPORT_SAMPLE;
    const bool is_good =
        is_sample ? report->as.sample.lane < spec->lane_count
                  : memchr(report->as.event.text, '\0', sizeof report->as.event.text) != NULL;
    if (!is_good) {
        fail_msg("round %lu: a %s out of bounds", (unsigned long)round,
                 is_sample ? "sample" : "event");
    }
}

/* Whether it could be opened. */
static bool read_to_the_end(const Record *record, uint64_t round)
{
    RunReader *reader = NULL;
    Problem problem = {0};
    if (run_reader_open(record->folder, &reader, &problem) != STATUS_OK) {
        assert_null(reader);
        assert_one_line(&problem, record->folder, round);
        return false;
    }
    static RunReport report;
    while (run_reader_next(reader, &report)) {
        check_report(&report, run_reader_spec(reader), round);
    }
    const RunDamages *damages = run_reader_damages(reader);
    for (size_t i = 0; i < damages->count && i < RUN_DAMAGES_KEPT; i++) {
        assert_true(damages->kept[i].text[0] != '\0' && damages->kept[i].line > 0);
    }
    run_reader_close(reader);
    return true;
}

static void a_damaged_record_is_refused_or_shown(void **state)
{
    (void)state;
    Record record = {0};
    read_original(&record);
    const uint64_t first = fuzz_setting("FUZZ_FIRST", 0);
    const uint64_t rounds = fuzz_setting("FUZZ_ROUNDS", 200);
    uint64_t readable = 0;
    for (uint64_t round = first; round < first + rounds; round++) {
        Random random = random_stream(round, RANDOM_STREAM_NOISE, record.sizes[2]);
        write_damaged(&record, &random, round);
        const bool is_readable = read_to_the_end(&record, round);
        const char *const folders[] = {record.folder};
        RecordedRun run = {0};
        Problem problem = {0};
        if (recorded_run_read(folders, 1, method_table(), &run, &problem) != STATUS_OK) {
            assert_one_line(&problem, record.folder, round);
        } else {
            assert_true(is_readable);
            readable++;
        }
        recorded_run_clear(&run);
    }
    clear(&record);
    assert_true(rounds < 100 || (readable > 0 && readable < rounds));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_damaged_experiment_is_refused_or_says_the_same_again),
        cmocka_unit_test(a_damaged_record_is_refused_or_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
